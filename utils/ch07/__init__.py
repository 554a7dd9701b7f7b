"""What chapter 07 alone uses: CONTRIBUTING.md says what lies where."""
