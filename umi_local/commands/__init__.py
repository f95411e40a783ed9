"""The sub-commands of umi, one file each."""
