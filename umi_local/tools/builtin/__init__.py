"""The tools that umi-local brings."""
