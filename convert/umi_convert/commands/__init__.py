"""The sub-commands of `umi convert`, one a module."""
