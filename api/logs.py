"""Logs: a JSON object a line on stderr, without anything that would open a door.

What libraries log by the standard way comes out in the same form.
"""

import logging
import re
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRETS = re.compile(
    r"mk_[A-Za-z0-9_-]{8,}"  # our keys
    r"|(?i:bearer)\s+[^\s\"']+"
    r"|(?<=://)[^\s/@\"']+(?=@)"  # who logs in to a database, and how
    r"|\$argon2[^\s\"']*"
)
"""What must stand in no log, whoever wrote it there."""
HIDDEN = "[hidden]"


def hide(text: str) -> str:
    """Take whatever looks like a secret out of a text."""
    return SECRETS.sub(HIDDEN, text)


def _hide(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: hide(value) if isinstance(value, str) else value for name, value in event.items()}


def configure(level: str, stream: TextIO = sys.stderr) -> None:
    """Have everything of a level and above logged to a stream from here on."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    after: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _hide,
        structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, structlog.stdlib.PositionalArgumentsFormatter()],
            processors=after,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    if number > logging.DEBUG:
        # What they tell step by step of each start hides from people what matters there.
        for name in ("alembic.runtime.migration", "uvicorn.error"):
            logging.getLogger(name).setLevel(max(number, logging.WARNING))
    # uvicorn's own lines on requests would show their queries.
    logging.getLogger("uvicorn.access").disabled = True
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
