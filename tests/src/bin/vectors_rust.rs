//! `vectors_rust FILE`: runs every vector through `jurat_core` and prints the report.

use std::process::ExitCode;

use jurat_tests::model::File;
use jurat_tests::runner::{FAILED, run};

fn main() -> Result<ExitCode, Box<dyn core::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: vectors_rust FILE")?;
    let lines = run(&File::parse(&std::fs::read_to_string(path)?)?);
    for line in &lines {
        println!("{line}");
    }
    Ok(if lines.iter().any(|line| line.status == FAILED) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
