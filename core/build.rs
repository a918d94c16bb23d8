//! What of the target the compiler does not tell the code.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(narrow_multiplication)");
    // Cortex-M0, M0+, M1 and M23 multiply 32 bits to 32. For a product of 64 the compiler calls a function of the C library's,
    // which takes branches by the numbers.
    let target = std::env::var("TARGET").unwrap_or_default();
    if target.starts_with("thumbv6m") || target.starts_with("thumbv8m.base") {
        println!("cargo::rustc-cfg=narrow_multiplication");
    }
}
