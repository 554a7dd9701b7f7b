"""What chapter 03 alone uses: CONTRIBUTING.md says what lies in which file."""
