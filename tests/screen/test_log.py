"""Warnings of the library reach the person at the command line, once and without terminal escapes."""

import logging

from umi_local.screen.log import show_log


def test_a_warning_is_one_clean_line_and_appears_once(capsys):
    show_log(debug=False)
    show_log(debug=False)
    logger = logging.getLogger("umi_local.engine.prefix_cache")
    logger.warning("the cache in %s can't be used", "\x1b[31m/nowhere")
    logger.info("a model was loaded")
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: the cache in ")
    assert "\x1b" not in line


def test_debug_shows_everything(capsys):
    show_log(debug=True)
    logging.getLogger("umi_local.engine").debug("prompt of %d tokens", 7)
    show_log(debug=False)
    assert capsys.readouterr().err == "debug: prompt of 7 tokens\n"
