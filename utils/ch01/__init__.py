"""What chapter 01 alone uses: CONTRIBUTING.md says what lies in which file."""
