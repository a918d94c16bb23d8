"""The Zephyr module and the ESP-IDF component, with stand-ins for what these build systems bring along.

They show which library is built for which chip, not that an image links: zephyr/ and esp-idf/ beside this are programs
for the real ones.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

ZEPHYR = """
function(zephyr_link_libraries library)
  get_target_property(definitions ${library} INTERFACE_COMPILE_DEFINITIONS)
  get_target_property(directory ${library} INTERFACE_INCLUDE_DIRECTORIES)
  message(NOTICE "links ${library} with ${definitions}")
  if(NOT EXISTS "${directory}/jurat.h")
    message(FATAL_ERROR "no header in ${directory}")
  endif()
endfunction()
"""
ESP_IDF = """
macro(idf_component_register)
  set(COMPONENT_LIB __idf_jurat)
  add_library(${COMPONENT_LIB} INTERFACE)
endmacro()
"""
ARM = {
    "CPU_CORTEX_M0PLUS": "thumbv6m-none-eabi",
    "CPU_CORTEX_M3": "thumbv7m-none-eabi",
    "CPU_CORTEX_M4": "thumbv7em-none-eabi",
    "CPU_CORTEX_M4 FP_HARDABI": "thumbv7em-none-eabihf",
    "CPU_CORTEX_M7 FP_HARDABI": "thumbv7em-none-eabihf",
    "CPU_CORTEX_M23": "thumbv8m.base-none-eabi",
    "CPU_CORTEX_M33": "thumbv8m.main-none-eabi",
    "CPU_CORTEX_M33 FP_HARDABI": "thumbv8m.main-none-eabihf",
}
RISC_V = "RISCV_ISA_RV32I RISCV_ISA_EXT_M RISCV_ISA_EXT_C"
BOARDS = {
    **ARM,
    RISC_V: "riscv32imc-unknown-none-elf",
    f"{RISC_V} RISCV_ISA_EXT_A": "riscv32imac-unknown-none-elf",
}
CHIPS = {
    "IDF_TARGET_ESP32C2": "riscv32imc-unknown-none-elf",
    "IDF_TARGET_ESP32C3": "riscv32imc-unknown-none-elf",
    "IDF_TARGET_ESP32C6 IDF_TARGET_ARCH_RISCV": "riscv32imac-unknown-none-elf",
    "IDF_TARGET_ESP32H2 IDF_TARGET_ARCH_RISCV": "riscv32imac-unknown-none-elf",
    "IDF_TARGET_ESP32P4 SOC_CPU_HAS_FPU": "riscv32imafc-unknown-none-elf",
}
MODULE = "zephyr"
COMPONENT = "esp-idf/jurat"


def configure(what: str, options: str, directory: Path, archive: str = "") -> subprocess.CompletedProcess[str]:
    """Configures it with these options of Kconfig."""
    settings = [f"set(CONFIG_{name} y)\n" for name in options.split()]
    # A project's own variables are none of the library's.
    settings += [f"set({name} of_the_project)\n" for name in ("all", "bootstrap", "build_core", "hf")]
    (directory / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(stand_in NONE)\n"
        + ZEPHYR
        + ESP_IDF
        + "".join(settings)
        + f'set(CONFIG_JURAT_ARCHIVE "{archive}")\nset(IDF_TARGET chip)\n'
        + f"add_subdirectory({ROOT / 'ffi-c' / what} jurat)\n"
    )
    command = ["cmake", "-G", "Unix Makefiles", "-S", str(directory), "-B", str(directory / "build")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def cargo(directory: Path) -> str:
    """The command that the build would run."""
    command = ["make", "--dry-run", "--directory", str(directory / "build"), "jurat-library"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    [line] = [line for line in done.stdout.splitlines() if "cargo rustc" in line]
    return line


@pytest.mark.parametrize(
    ("what", "options", "target"),
    [(MODULE, *case) for case in BOARDS.items()] + [(COMPONENT, *case) for case in CHIPS.items()],
)
def test_the_target_fits(what: str, options: str, target: str, tmp_path: Path) -> None:
    done = configure(what, f"JURAT JURAT_P256 {options}", tmp_path)
    assert done.returncode == 0, done.stderr
    command = cargo(tmp_path)
    assert f" --target {target} " in command
    assert "of_the_project" not in command


@pytest.mark.parametrize(
    ("what", "options", "message"),
    [
        (MODULE, "X86", "set CONFIG_JURAT_ARCHIVE"),
        (MODULE, f"{RISC_V} FLOAT_HARD", "set CONFIG_JURAT_ARCHIVE"),
        (COMPONENT, "IDF_TARGET_ARCH_XTENSA", "chip is an Xtensa chip"),
        (COMPONENT, "IDF_TARGET_LINUX", "no Rust target is known for chip"),
    ],
)
def test_other_chips_need_an_archive(what: str, options: str, message: str, tmp_path: Path) -> None:
    done = configure(what, f"JURAT {options}", tmp_path)
    assert done.returncode != 0
    assert message in " ".join(done.stderr.split())
    archive = tmp_path / "libjurat.a"
    done = configure(what, f"JURAT {options}", tmp_path, archive=str(archive))
    assert done.returncode != 0
    assert f"has to exist: {archive}" in " ".join(done.stderr.split())
    archive.touch()
    done = configure(what, f"JURAT {options}", tmp_path, archive=str(archive))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("what", "chip"), [(MODULE, "CPU_CORTEX_M4"), (COMPONENT, "IDF_TARGET_ESP32C3")], ids=["zephyr", "esp-idf"]
)
def test_features_follow_the_configuration(what: str, chip: str, tmp_path: Path) -> None:
    assert configure(what, f"JURAT {chip}", tmp_path).returncode == 0
    assert cargo(tmp_path).endswith("--features=")
    assert configure(what, f"JURAT {chip} JURAT_P256 JURAT_HTTP", tmp_path).returncode == 0
    assert cargo(tmp_path).endswith("--features=p256,http")
    assert configure(what, f"JURAT {chip} JURAT_COMB", tmp_path).returncode == 0
    assert cargo(tmp_path).endswith("--features=comb")


def test_zephyr_has_it_only_when_asked(tmp_path: Path) -> None:
    done = configure(MODULE, "CPU_CORTEX_M4", tmp_path)
    assert (done.returncode, "links" in done.stderr) == (0, False)
    done = configure(MODULE, "CPU_CORTEX_M4 JURAT", tmp_path)
    assert "links jurat::jurat with JURAT_NO_P256;JURAT_NO_IMPORT;JURAT_NO_HTTP" in done.stderr
