"""Texts on which tokenizers are known to part: blanks, digits, accents in two forms, scripts without blanks, emoji, code."""

# ruff: noqa: RUF001  # letters that look like others are what these texts are for

from __future__ import annotations

PROBE_TEXTS = (
    "Hello, world!",
    " leading blank, and a trailing one ",
    "two  blanks,   three,    four and\ttabs\t\tin between",
    "line one\nline two\n\nline four\r\nand a carriage return\n",
    "\n\n\n",
    "   ",
    "It's what they'd've said: I'm, you're, we'll, DON'T, Can't.",
    "1 12 123 1234 12345 123456789 3.14159 -273.15 1,000,000.00 0x1F 1e-9",
    "2026-02-28T23:59:59Z 12:30 €42.50 100% #1 @home user@example.org",
    "def area(r):\n    return 3.14 * r ** 2  # a comment\n\tif x != y: pass",
    '{"name":"read_file","arguments":{"path":"a b/c.txt","n_lines":20,"deep":[1,2,{"k":null}]}}',
    "https://example.org/search?q=caf%C3%A9&lang=en#top C:\\Users\\me\\file.txt /usr/local/bin",
    "café naïve über Ångström ßtraße Łódź ﬁ ½ ™ …",
    "cafe\u0301 u\u0308ber A\u030angstro\u0308m",  # the same accents as combining marks
    "Привет, мир! Γειά σου Κόσμε. שלום עולם. مرحبا بالعالم",
    "你好，世界。今天天气很好。 日本語のテキストです。 안녕하세요 세계",
    "नमस्ते दुनिया สวัสดีชาวโลก வணக்கம் உலகம்",
    "😀 👍🏽 👩‍👩‍👧‍👦 🇩🇪 ❤️ ☕",
    "zero\u200bwidth non\u00a0breaking soft\u00adhyphen \ufeffmark \u2028separator",
    "CamelCase snake_case kebab-case SCREAMING_CASE mixedCASE123abc ABCdef",
    "((())) [[]] {{}} <<>> --- === *** ... ??? !!! ~~~ ``` $$$ &&& || ;;",
    "aaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbb xyxyxyxyxyxy",
    "a",
    "",
)
