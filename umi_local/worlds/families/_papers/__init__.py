"""What families over built-in tools share: the tools, words, texts, tables, JSON files and logs of a made-up desk."""
