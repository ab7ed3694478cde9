"""A LibreOffice process with a profile and a pipe of its own, and how to talk to it.

Runs under a Python that has LibreOffice's `uno` (Debian: python3-uno), not under the project's own; calc.py and
vba_in_libreoffice.py beside it import it by its plain name.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]
from com.sun.star.lang import DisposedException  # type: ignore[import-not-found]


def option(name: str, value: object) -> Any:
    """A named argument of the office's interface."""
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


@contextlib.contextmanager
def desktop() -> Iterator[Any]:
    """The desktop of a new office process, which ends with the block."""
    pipe = f"xlperf{os.getpid()}"
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", "--nologo"]
        office = subprocess.Popen([*command, f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL)
        try:
            found = _connected(pipe)
            yield found
            with contextlib.suppress(DisposedException):
                found.terminate()
            office.wait(3600)
        finally:
            office.kill()


def opened(found: Any, path: str, *options: Any) -> Any:
    """A workbook, opened without a window."""
    return found.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, (option("Hidden", True), *options))


def _connected(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.25)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    sys.exit("LibreOffice does not answer")
