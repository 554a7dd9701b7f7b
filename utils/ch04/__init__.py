"""What chapter 04 alone uses: CONTRIBUTING.md says what lies in which file."""
