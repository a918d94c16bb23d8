//! `key_import FILE`: reads a private key in any form and prints `ok X HALVES`, X being the public key's x in hexadecimal,
//! or `refused CAUSE`.

use core::fmt::Write as _;
use std::process::ExitCode;

use jurat_core::{Error, Halves, import_key};

fn read(file: &[u8]) -> Result<String, Error> {
    let key = import_key(file)?;
    let halves = match key.halves() {
        Halves::Match => "match",
        Halves::NotChecked => "not-checked",
        Halves::Absent => "absent",
        _ => "unknown",
    };
    // Calculated from the scalar, so that it says which key was read even where no public half was.
    let public = key.into_signer()?.public_key()?;
    let mut x = String::new();
    for byte in public.x() {
        let _ = write!(x, "{byte:02x}");
    }
    Ok(format!("ok {x} {halves}"))
}

fn main() -> Result<ExitCode, Box<dyn core::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: key_import FILE")?;
    match read(&std::fs::read(path)?) {
        Ok(line) => println!("{line}"),
        Err(error) => println!("refused {:?}", error.cause()),
    }
    Ok(ExitCode::SUCCESS)
}
