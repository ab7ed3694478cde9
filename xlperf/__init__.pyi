from xlperf import batch as batch
from xlperf import functions as functions
from xlperf import openpyxl as openpyxl
from xlperf import testing as testing
from xlperf.api.book import Book as Book
from xlperf.api.book import Result as Result
from xlperf.api.book import open as open  # noqa: A004
from xlperf.api.errors import Error as Error
from xlperf.api.inputs import Input as Input
from xlperf.api.making import example as example
from xlperf.api.making import new as new
from xlperf.api.making import recalculate as recalculate
from xlperf.errors import CellError as CellError
from xlperf.findings.finding import Finding as Finding

def frameworks() -> tuple[str, ...]: ...

__version__: str
__all__: list[str]
