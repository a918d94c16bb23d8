//! Puts the board's memory where the linker looks.

use std::env::var;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    // Code and data of each board, as QEMU maps them.
    let memory = match var("TARGET")?.as_str() {
        // mps2-an386.
        "thumbv7em-none-eabi" | "thumbv7em-none-eabihf" => {
            "MEMORY { FLASH : ORIGIN = 0, LENGTH = 4M  RAM : ORIGIN = 0x20000000, LENGTH = 4M }\n"
        }
        // mps2-an505, in the addresses of its secure state, in which it starts.
        "thumbv8m.main-none-eabi" | "thumbv8m.main-none-eabihf" => {
            "MEMORY { FLASH : ORIGIN = 0x10000000, LENGTH = 4M  RAM : ORIGIN = 0x38000000, LENGTH = 4M }\n"
        }
        target => return Err(format!("no board for {target}").into()),
    };
    let out = PathBuf::from(var("OUT_DIR")?);
    fs::write(out.join("memory.x"), memory)?;
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rustc-link-arg=-Tlink.x");
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
