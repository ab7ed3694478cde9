"""Sets up one user's Excel: settings, add-in, trusted locations; says what is there; takes it away again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PureWindowsPath

from xlperf.editions.vba.parts import ADDIN_NAME, SELFTEST_NAME
from xlperf.editions.vba.project import XLWINGS_VERSION
from xlperf.errors import UserError
from xlperf.excel.windows import Machine, program_bits
from xlperf.package import write_file
from xlperf.workbook.locations import workbooks_folder

OFFICE_KEY = r"HKCU\Software\Microsoft\Office"
TRUSTED_KEY = r"Excel\Security\Trusted Locations"
TRUST_NAME, TRUST_NOTE = "xlperf", "xlperf 工作簿"
FINE, MISSING, WRONG = "正常", "没有", "不对"
_VERSION = re.compile(r"1[4-9]\.0")
_SETTING = re.compile(r'"INTERPRETER_WIN","([^"]*)"')


@dataclass(frozen=True)
class Item:
    """A line of the status: what is looked at, what was found, whether it is fine, what to do where it is not."""

    name: str
    found: str
    state: str
    advice: str = ""


def library_name(bits: int) -> str:
    """The DLL that Excel loads, which comes with xlwings on Windows."""
    return f"xlwings{bits}-{XLWINGS_VERSION}.dll"


def library(interpreter: Path, bits: int) -> Path | None:
    """Where the DLL lies: beside Python, or one folder above in a virtual environment; None where it is not."""
    folders = (interpreter.parent, interpreter.parent.parent)
    return next((folder / library_name(bits) for folder in folders if (folder / library_name(bits)).is_file()), None)


def install(machine: Machine, trusted: tuple[Path, ...] = ()) -> list[Item]:
    """Writes the settings, copies the add-in into Excel's start-up folder and the self-test beside the settings, trusts
    folders; gives the status then.

    Errors: UserError: Excel or the DLL is not there, a path can't be written, a folder can't be trusted.
    """
    bits = _excel_bits(machine)
    if library(machine.interpreter, bits) is None:
        raise UserError(
            f"{machine.interpreter.parent} 里没有 {library_name(bits)}；请用同一个 Python 运行 "
            f"pip install --force-reinstall xlwings=={XLWINGS_VERSION}，再运行 python -m xlperf addin install"
        )
    for folder in trusted:
        _check_trustable(folder)
    machine.settings.parent.mkdir(parents=True, exist_ok=True)
    write_file(machine.settings, _settings(machine))
    machine.startup.mkdir(parents=True, exist_ok=True)
    for path in (machine.startup / ADDIN_NAME, machine.settings.parent / SELFTEST_NAME):
        write_file(path, (workbooks_folder() / path.name).read_bytes())
    for number, folder in enumerate(trusted, 1):
        for key in _trusted_keys(machine):
            values: dict[str, str | int] = {"Path": str(folder), "AllowSubfolders": 1, "Description": TRUST_NOTE}
            machine.registry.write(rf"{key}\{TRUST_NAME}{number}", values)
    return status(machine)


def uninstall(machine: Machine) -> list[str]:
    """Removes the settings, the add-in and the trusted locations; gives what was removed. The log stays.

    Errors: UserError: the add-in is open in Excel.
    """
    removed = []
    for path in (machine.startup / ADDIN_NAME, machine.settings.parent / SELFTEST_NAME, machine.settings):
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError:
            raise UserError(f"{path} 删不掉；请先关闭 Excel 再运行 xlperf addin uninstall") from None
        removed.append(str(path))
    for key, folder in _ours(machine):
        machine.registry.delete(key)
        removed.append(f"可信位置 {folder}")
    return removed


def status(machine: Machine) -> list[Item]:
    """What is there, and what to do about what is not."""
    return [*_program(machine), _python(machine), *_libraries(machine), _addin(machine), *_trust(machine)]


def _excel_bits(machine: Machine) -> int:
    excel = machine.excel
    if excel is None:
        raise UserError(
            "这台电脑上没有找到 Excel；没有 Excel 的电脑用 xlperf recalc、score、check 即可，不用安装加载项"
        )
    bits = program_bits(excel)
    if bits is None:
        raise UserError(f"看不出 {excel} 是 32 位还是 64 位；请确认 Excel 安装完整（ARM 版 Excel 不支持）")
    return bits


def _settings(machine: Machine) -> bytes:
    """In the form that VBA's Input # reads, in the code page of the machine."""
    try:
        return f'"INTERPRETER_WIN","{machine.interpreter}"\r\n'.encode(machine.encoding)
    except UnicodeEncodeError:
        raise UserError(
            f"Python 的路径 {machine.interpreter} 含有本机代码页没有的字符；请把 Python 装到别的文件夹"
        ) from None


def _configured(machine: Machine) -> Path | None:
    """The Python that the settings name."""
    try:
        text = machine.settings.read_bytes().decode(machine.encoding, "replace")
    except OSError:
        return None
    match = _SETTING.search(text)
    return Path(match[1]) if match else None


def _program(machine: Machine) -> Iterator[Item]:
    excel = machine.excel
    if excel is None:
        yield Item("Excel", MISSING, MISSING, "没有 Excel 的电脑不用安装加载项")
        return
    bits = program_bits(excel)
    state = FINE if bits else WRONG
    yield Item("Excel", f"{excel}（{bits or '?'} 位）", state, "" if bits else "请确认 Excel 安装完整；不支持 ARM 版")


def _python(machine: Machine) -> Item:
    configured = _configured(machine)
    if configured is None:
        return Item("Python", MISSING, MISSING, "运行 python -m xlperf addin install")
    if not configured.is_file():
        return Item("Python", str(configured), MISSING, "Python 已不在原处，运行 python -m xlperf addin install")
    if configured != machine.interpreter:
        return Item(
            "Python",
            str(configured),
            WRONG,
            f"现在的 Python 是 {machine.interpreter}；要换就运行 python -m xlperf addin install",
        )
    return Item("Python", str(configured), FINE)


def _libraries(machine: Machine) -> Iterator[Item]:
    interpreter = _configured(machine) or machine.interpreter
    bits = program_bits(machine.excel) if machine.excel else None
    found = library(interpreter, bits) if bits else None
    if bits:
        name = library_name(bits)
        advice = "" if found else f"运行 pip install --force-reinstall xlwings=={XLWINGS_VERSION}"
        yield Item("xlwings 的 DLL", str(found or f"找不到 {name}"), FINE if found else MISSING, advice)
    for package, wanted in (("xlwings", XLWINGS_VERSION), ("pywin32", "")):
        try:
            version = metadata.version(package)
        except metadata.PackageNotFoundError:
            yield Item(package, MISSING, MISSING, f"运行 pip install {package}{'==' * bool(wanted)}{wanted}")
            continue
        fits = not wanted or version == wanted
        yield Item(package, version, FINE if fits else WRONG, "" if fits else f"运行 pip install {package}=={wanted}")


def _addin(machine: Machine) -> Item:
    path = machine.startup / ADDIN_NAME
    if not path.is_file():
        return Item("加载项", MISSING, MISSING, "运行 python -m xlperf addin install")
    if path.read_bytes() != (workbooks_folder() / ADDIN_NAME).read_bytes():
        return Item("加载项", str(path), WRONG, "不是这个版本的，关闭 Excel 后运行 python -m xlperf addin install")
    return Item("加载项", str(path), FINE)


def _trust(machine: Machine) -> Iterator[Item]:
    found = sorted({folder for _, folder in _ours(machine)})
    for folder in found:
        yield Item("可信位置", folder, FINE)
    if not found:
        yield Item("可信位置", MISSING, FINE, "要让某个文件夹里的宏不再询问：xlperf addin install --trust 文件夹")


def _trusted_keys(machine: Machine) -> list[str]:
    """The keys of trusted locations, one for each version of Office that this user has used."""
    versions = [name for name in machine.registry.subkeys(OFFICE_KEY) if _VERSION.fullmatch(name)]
    return [rf"{OFFICE_KEY}\{version}\{TRUSTED_KEY}" for version in versions or ["16.0"]]


def _ours(machine: Machine) -> Iterator[tuple[str, str]]:
    """The trusted locations that xlperf has written: key and folder."""
    for parent in _trusted_keys(machine):
        for name in machine.registry.subkeys(parent):
            values = machine.registry.values(rf"{parent}\{name}")
            if name.startswith(TRUST_NAME) and values.get("Description") == TRUST_NOTE:
                yield rf"{parent}\{name}", str(values.get("Path", ""))


def _check_trustable(folder: Path) -> None:
    if not folder.is_dir():
        raise UserError(f"{folder} 不是文件夹，不能设为可信位置")
    if PureWindowsPath(folder).drive.startswith("\\\\"):
        raise UserError(f"{folder} 在网络上；网络文件夹要由管理员用组策略设为可信位置，见安装指南")
