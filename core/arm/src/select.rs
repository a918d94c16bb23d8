//! The choice of a point in a table, and of its sign.

use core::arch::asm;
use core::mem::MaybeUninit;

use super::field::Words;

/// The coordinates of the point at `index`, which is below N. All points are read.
#[inline(always)]
#[must_use]
pub fn select<const N: usize>(points: &[[Words; 2]; N], index: u32) -> [Words; 2] {
    const { assert!(0 < N && N < 256, "the index has to fit into a byte") };
    let (mut x, mut y) = (MaybeUninit::uninit(), MaybeUninit::uninit());
    let first = points.as_ptr().cast::<Words>();
    // SAFETY: N times 8 words are read, every second one of the 2 N times 8 words that are there, from the first of them and
    // from the second; 8 words are written.
    unsafe {
        choice(x.as_mut_ptr(), first, N, index);
        choice(y.as_mut_ptr(), first.add(1), N, index);
        [x.assume_init(), y.assume_init()]
    }
}

/// -a modulo p where `mask` is all ones, and a where it is 0; for 0 it may be p.
#[inline(always)]
pub fn negate_if(a: &mut Words, mask: u32) {
    // SAFETY: 8 words are read, and then written.
    unsafe { negation(a, mask) }
}

/// The index is in each byte of a register, and one is taken away from each at each entry. Where nothing had to be borrowed for
/// that, the entry is another one, and what was there before stays.
#[inline(never)]
unsafe fn choice(result: *mut Words, first: *const Words, count: usize, index: u32) {
    // SAFETY: it reads and writes what the caller says is there, and puts back what it has taken from registers.
    unsafe {
        asm!(
            "push {{r0, r4-r11, lr}}",
            "mov r12, #0x01010101",
            "mul r3, r3, r12",
            "ldm r1, {{r4-r11}}",
            "2:",
            "usub8 r3, r3, r12",
            "ldrd r0, lr, [r1, #8]",
            "sel r6, r6, r0",
            "sel r7, r7, lr",
            "ldrd r0, lr, [r1, #16]",
            "sel r8, r8, r0",
            "sel r9, r9, lr",
            "ldrd r0, lr, [r1, #24]",
            "sel r10, r10, r0",
            "sel r11, r11, lr",
            "ldrd r0, lr, [r1], #64",
            "sel r4, r4, r0",
            "sel r5, r5, lr",
            "subs r2, r2, #1",
            "bne 2b",
            "ldr r0, [sp]",
            "stm r0, {{r4-r11}}",
            "pop {{r0, r4-r11, lr}}",
            inlateout("r0") result => _,
            inlateout("r1") first => _,
            inlateout("r2") count => _,
            inlateout("r3") index => _,
            out("r12") _,
        );
    }
}

/// p - a is p and 1 and a with all of its bits turned. The lowest three words of p are all ones, so that theirs are turned bits
/// alone.
#[inline(never)]
unsafe fn negation(a: *mut Words, mask: u32) {
    // SAFETY: it reads and writes what the caller says is there, and puts back what it has taken from registers.
    unsafe {
        asm!(
            "push {{r4-r9, lr}}",
            "ldm r0, {{r2-r9}}",
            "eor r2, r2, r1",
            "eor r3, r3, r1",
            "eor r4, r4, r1",
            "eor r5, r5, r1",
            "eor r6, r6, r1",
            "eor r7, r7, r1",
            "eor r8, r8, r1",
            "eor r9, r9, r1",
            "lsr r12, r1, #31",
            "adds r5, r5, r12",
            "adcs r6, r6, #0",
            "adcs r7, r7, #0",
            "adcs r8, r8, r12",
            "adc r9, r9, r1",
            "stm r0, {{r2-r9}}",
            "pop {{r4-r9, lr}}",
            inlateout("r0") a => _,
            inlateout("r1") mask => _,
            out("r2") _,
            out("r3") _,
            out("r12") _,
        );
    }
}
