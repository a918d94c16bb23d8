//! Runs every vector through `jurat_core` on a microcontroller and prints the report.
#![no_std]
#![no_main]

extern crate alloc;

use alloc::boxed::Box;

// The critical section that the heap wants.
#[cfg(target_arch = "arm")]
use cortex_m as _;
use embedded_alloc::LlffHeap;
use jurat_tests::model::File;
use jurat_tests::runner::{FAILED, run};
use semihosting::eprintln;
use semihosting::io::{self, Write as _};
use semihosting::process::{ExitCode, Termination as _, abort};

/// For the vectors and the report, which are the test's; jurat has no heap.
#[global_allocator]
static HEAP: LlffHeap = LlffHeap::empty();

/// What is left of the board's RAM is the stack.
const HEAP_SIZE: usize = 3 * 1024 * 1024;

#[cfg_attr(target_arch = "arm", cortex_m_rt::entry)]
#[cfg_attr(target_arch = "riscv32", riscv_rt::entry)]
fn main() -> ! {
    // SAFETY: once, before anything is allocated.
    unsafe {
        embedded_alloc::init!(HEAP, HEAP_SIZE);
    }
    report().report().exit_process()
}

fn report() -> Result<ExitCode, Box<dyn core::error::Error>> {
    let lines = run(&File::parse(include_str!(env!("JURAT_VECTORS")))?);
    let mut out = io::stdout()?;
    for line in &lines {
        writeln!(out, "{line}")?;
    }
    Ok(if lines.iter().any(|line| line.status == FAILED) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Nothing comes back from a fault, and without this it would be an endless loop.
#[cfg(target_arch = "arm")]
#[cortex_m_rt::exception]
unsafe fn HardFault(frame: &cortex_m_rt::ExceptionFrame) -> ! {
    eprintln!("{frame:?}");
    abort()
}

/// See above; the name is the one that `riscv-rt` looks for.
#[cfg(target_arch = "riscv32")]
#[unsafe(export_name = "ExceptionHandler")]
extern "C" fn exception(frame: &riscv_rt::TrapFrame) -> ! {
    eprintln!("{:?} at {:#x}: {frame:x?}", riscv::register::mcause::read().cause(), riscv::register::mepc::read());
    abort()
}
