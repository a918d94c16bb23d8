//! Signs with a key that Valgrind takes for undefined: it reports each branch and each address that depends on it.
//!
//! `valgrind target/release/constant_time SIGNER`, where SIGNER is `comb`, `comb-hedged`, `p256`, `p256-hedged` or `control`. The last
//! one looks at the key, and has to be reported.

#![allow(clippy::print_stdout, reason = "a program of the tests")]

use std::process::ExitCode;

use jurat_core::{CombSigner, Es256Signature, SoftwareSigner};

/// Tells Valgrind's memcheck whether memory is defined. Without Valgrind it does nothing.
fn mark<T: ?Sized>(value: &T, defined: bool) {
    // "MC" in the upper half, then MAKE_MEM_UNDEFINED or MAKE_MEM_DEFINED (memcheck.h).
    let request = if defined { 0x4d43_0002_u64 } else { 0x4d43_0001 };
    let arguments: [u64; 6] =
        [request, core::ptr::from_ref(value).cast::<u8>().addr() as u64, size_of_val(value) as u64, 0, 0, 0];
    #[cfg(target_arch = "x86_64")]
    // SAFETY: these instructions leave everything as it was (valgrind.h): the rotations add up to 128 bits, and rdx takes
    // the answer.
    unsafe {
        std::arch::asm!(
            "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
            in("rax") &arguments,
            inout("rdx") 0_u64 => _,
            options(nostack),
        );
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = arguments;
}

/// Has a signer sign while it counts as undefined.
fn signed<S>(signer: &S, sign: impl FnOnce(&S) -> Es256Signature) -> Es256Signature {
    mark(signer, false);
    let signature = sign(signer);
    mark(&signature, true);
    mark(signer, true);
    signature
}

fn signature(kind: &str, key: &[u8; 32], hash: &[u8; 32], entropy: &[u8; 32]) -> Option<Es256Signature> {
    let comb = CombSigner::from_scalar(key).ok()?;
    let p256 = SoftwareSigner::from_scalar(key).ok()?;
    Some(match kind {
        "comb" => signed(&comb, |signer| signer.sign_hash(hash)),
        "comb-hedged" => signed(&comb, |signer| signer.sign_hash_hedged(hash, entropy)),
        "p256" => signed(&p256, |signer| signer.sign_hash(hash)),
        "p256-hedged" => signed(&p256, |signer| signer.sign_hash_hedged(hash, entropy)),
        "control" => signed(&comb, |signer| {
            mark(key, false);
            if key[5] > 7 { signer.sign_hash(hash) } else { signer.sign_hash(entropy) }
        }),
        _ => return None,
    })
}

fn main() -> ExitCode {
    // Published, and made up: what it is does not matter.
    let mut key = [0x5a; 32];
    key[31] = 1;
    let mut random = 1_u8;
    let mut next = || {
        random = random.wrapping_mul(141).wrapping_add(3);
        random
    };
    let kind = std::env::args().nth(1).unwrap_or_default();
    for round in 0..20 {
        let hash = core::array::from_fn(|_| next());
        let entropy = core::array::from_fn(|_| next());
        if let Some(byte) = key.get_mut(round) {
            *byte = next();
        }
        let Some(signature) = signature(&kind, &key, &hash, &entropy) else { return ExitCode::FAILURE };
        mark(&key, true);
        println!("{:02x?}", &signature.as_bytes()[..4]);
    }
    ExitCode::SUCCESS
}
