"""What chapter 09 alone uses: CONTRIBUTING.md says what lies where."""
