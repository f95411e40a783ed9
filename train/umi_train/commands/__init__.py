"""The sub-commands of `umi train`, one module each, imported when they are called."""
