//! Puts the board's memory where the linker looks, and finds the vectors.

use std::env::var;
use std::path::PathBuf;
use std::{error, fs};

fn main() -> Result<(), Box<dyn error::Error>> {
    // Code and data of each board, as QEMU maps them.
    let memory = match var("TARGET")?.as_str() {
        // mps2-an385 and mps2-an386.
        "thumbv6m-none-eabi" | "thumbv7m-none-eabi" | "thumbv7em-none-eabihf" => {
            "MEMORY { FLASH : ORIGIN = 0, LENGTH = 4M  RAM : ORIGIN = 0x20000000, LENGTH = 4M }\n"
        }
        // mps2-an505, in the addresses of its secure state, in which it starts.
        "thumbv8m.main-none-eabihf" => {
            "MEMORY { FLASH : ORIGIN = 0x10000000, LENGTH = 4M  RAM : ORIGIN = 0x38000000, LENGTH = 4M }\n"
        }
        // virt, which has RAM alone.
        "riscv32imac-unknown-none-elf" | "riscv32imc-unknown-none-elf" => {
            "MEMORY { RAM : ORIGIN = 0x80000000, LENGTH = 8M }\n\
             REGION_ALIAS(\"REGION_TEXT\", RAM); REGION_ALIAS(\"REGION_RODATA\", RAM);\n\
             REGION_ALIAS(\"REGION_DATA\", RAM); REGION_ALIAS(\"REGION_BSS\", RAM);\n\
             REGION_ALIAS(\"REGION_HEAP\", RAM); REGION_ALIAS(\"REGION_STACK\", RAM);\n"
        }
        target => return Err(format!("no board for {target}").into()),
    };
    let out = PathBuf::from(var("OUT_DIR")?);
    fs::write(out.join("memory.x"), memory)?;
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rustc-link-arg=-Tlink.x");

    let default = PathBuf::from(var("CARGO_MANIFEST_DIR")?).join("../../vectors/vectors.json");
    let vectors = var("JURAT_VECTORS").map_or(default, PathBuf::from).canonicalize()?;
    println!("cargo::rustc-env=JURAT_VECTORS={}", vectors.display());
    println!("cargo::rerun-if-env-changed=JURAT_VECTORS");
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
