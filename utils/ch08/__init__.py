"""What chapter 08 alone uses: CONTRIBUTING.md says what lies where."""
