"""What chapter 06 alone uses: CONTRIBUTING.md says what lies where."""
