"""What chapter 20 alone uses: CONTRIBUTING.md says what lies where."""
