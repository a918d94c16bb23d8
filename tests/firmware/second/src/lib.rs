//! Another Rust library in the image, with a panic handler of its own.
#![no_std]

unsafe extern "C" {
    fn second_panicked() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: the program has it.
    unsafe { second_panicked() }
}

/// The sum of the first bytes; panics where there are not so many.
///
/// # Safety
/// `bytes` is `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn second_sum(bytes: *const u8, length: usize, first: usize) -> u64 {
    // SAFETY: the caller's promise is this function's own.
    let bytes = unsafe { core::slice::from_raw_parts(bytes, length) };
    bytes[..first].iter().map(|byte| u64::from(*byte)).sum()
}
