"""What chapter 10 alone uses: CONTRIBUTING.md says what lies where."""
