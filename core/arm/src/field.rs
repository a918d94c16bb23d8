//! Products, sums and differences.

use core::arch::asm;
use core::mem::MaybeUninit;

/// A number of 256 bits, the lowest word first.
pub(super) type Words = [u32; 8];

/// a b / 2^256 modulo p (Montgomery).
#[inline(always)]
#[must_use]
pub fn multiply(a: &Words, b: &Words) -> Words {
    into_new(montgomery, a, b)
}

/// The same, written to `result`.
#[inline(always)]
pub fn multiply_into(result: &mut Words, a: &Words, b: &Words) {
    into(montgomery, result, a, b);
}

/// The same, in the place of a.
#[inline(always)]
pub fn multiply_assign(a: &mut Words, b: &Words) {
    in_place(montgomery, a, b);
}

/// a + b modulo p.
#[inline(always)]
#[must_use]
pub fn add(a: &Words, b: &Words) -> Words {
    into_new(sum, a, b)
}

/// The same, in the place of a.
#[inline(always)]
pub fn add_assign(a: &mut Words, b: &Words) {
    in_place(sum, a, b);
}

/// a - b modulo p.
#[inline(always)]
#[must_use]
pub fn subtract(a: &Words, b: &Words) -> Words {
    into_new(difference, a, b)
}

/// The same, written to `result`.
#[inline(always)]
pub fn subtract_into(result: &mut Words, a: &Words, b: &Words) {
    into(difference, result, a, b);
}

/// The same, in the place of a.
#[inline(always)]
pub fn subtract_assign(a: &mut Words, b: &Words) {
    in_place(difference, a, b);
}

/// As many times a modulo p as `factor` says, which is neither 0 nor above 2^31.
#[inline(always)]
pub fn times(a: &mut Words, factor: u32) {
    // SAFETY: 8 words are read, and then written.
    unsafe { multiple(a, factor) }
}

/// Reads 8 words from each of the last two, which may be the same, and then writes 8 words to the first, which may be one of
/// them.
type Operation = unsafe fn(*mut Words, *const Words, *const Words);

#[inline(always)]
fn into_new(operation: Operation, a: &Words, b: &Words) -> Words {
    let mut result = MaybeUninit::uninit();
    // SAFETY: all three point to 8 words, of which the operation has written the result's when it returns.
    unsafe {
        operation(result.as_mut_ptr(), a, b);
        result.assume_init()
    }
}

#[inline(always)]
fn into(operation: Operation, result: &mut Words, a: &Words, b: &Words) {
    // SAFETY: all three point to 8 words.
    unsafe { operation(result, a, b) }
}

#[inline(always)]
fn in_place(operation: Operation, a: &mut Words, b: &Words) {
    let a: *mut Words = a;
    // SAFETY: all three point to 8 words; the operation has read its arguments when it writes.
    unsafe { operation(a, a, b) }
}

/// The product, in two halves of four rows each: a word of b times four words of a at a time.
///
/// Of a column, four registers hold what is to be added at its words, and a fifth, x, has what else is to be added at its
/// lowest word; UMAAL adds both to a product of two words, for which 64 bits are always enough. The lowest word of a column is
/// complete then. -1/p is 1 modulo 2^32, so the complete words 0 to 7 are the factors m0 to m7 of p that cancel them. Of
/// m_i p 2^(32 i), the lowest word goes, and the rest is m_i at the words i + 3 and i + 6 and m_i (2^32 - 1) at the word i + 7.
/// Most of that comes in by x and by the carry of the multiplications with 2^32 - 1, and two runs of additions do the rest,
/// the first of which begins in the middle: nothing between changes the carry.
///
/// The sum is below 2 p. The second run takes p away, and the end adds it again if that was too much.
#[inline(never)]
unsafe fn montgomery(result: *mut Words, a: *const Words, b: *const Words) {
    // SAFETY: it reads and writes what the caller says is there, and puts back what it has taken from registers.
    unsafe {
        asm!(
            "push {{r0-r2, r4-r11, lr}}",
            "ldm r1, {{r3-r6}}",
            // Word 0.
            "ldrd lr, r1, [r2]",
            "umull r7, r8, r3, lr",
            "mov r9, #0",
            "umaal r8, r9, r4, lr",
            "mov r10, #0",
            "umaal r9, r10, r5, lr",
            "mov r11, #0",
            "umaal r10, r11, r6, lr",
            // Word 1.
            "mov r12, #0",
            "umaal r8, r12, r3, r1",
            "umaal r9, r12, r4, r1",
            "umaal r10, r12, r5, r1",
            "umaal r11, r12, r6, r1",
            // m0 and m1.
            "push {{r7, r8}}",
            // Word 2.
            "ldrd lr, r1, [r2, #8]",
            "mov r0, #0",
            "umaal r9, r0, r3, lr",
            "umaal r10, r0, r4, lr",
            "umaal r11, r0, r5, lr",
            "umaal r12, r0, r6, lr",
            // Word 3, with m0.
            "umaal r10, r7, r3, r1",
            "umaal r11, r7, r4, r1",
            "umaal r12, r7, r5, r1",
            "umaal r0, r7, r6, r1",
            // m2 and m3.
            "push {{r9, r10}}",
            // Word 4, with m1.
            "ldrd lr, r1, [r2, #16]",
            "umaal r11, r8, r3, lr",
            "umaal r12, r8, r4, lr",
            "umaal r0, r8, r5, lr",
            "umaal r7, r8, r6, lr",
            // Word 5, with m2.
            "umaal r12, r9, r3, r1",
            "umaal r0, r9, r4, r1",
            "umaal r7, r9, r5, r1",
            "umaal r8, r9, r6, r1",
            // Word 6, with m3.
            "ldrd lr, r1, [r2, #24]",
            "umaal r0, r10, r3, lr",
            "umaal r7, r10, r4, lr",
            "umaal r8, r10, r5, lr",
            "umaal r9, r10, r6, lr",
            // Word 7. This sets the carry, too.
            "subs lr, lr, lr",
            "umaal r7, lr, r3, r1",
            "umaal r8, lr, r4, r1",
            "umaal r9, lr, r5, r1",
            "umaal r10, lr, r6, r1",
            // m2, m3, m0 and m1. Words 4 to 11 are in r11, r12, r0, r7, r8, r9, r10 and lr.
            "pop {{r1-r4}}",
            // m0 to m3 times 2^32 - 1, with m1 at word 7; r5 is to be added at word 11.
            "mov r5, r4",
            "mov r6, #-1",
            "umaal r7, r5, r3, r6",
            "umaal r8, r5, r4, r6",
            "umaal r9, r5, r1, r6",
            "umaal r10, r5, r2, r6",
            // The first run: m2 at word 8, with the 1 of 1 - 2^96 - 2^192 + 2^224, which is -p modulo 2^256; m3 at word 9.
            "adcs r8, r8, r1",
            "adcs r9, r9, r2",
            "push {{r5, r8, r9, r10, lr}}",
            // The other half of a is in r4, r5, r6 and r8.
            "ldrd r1, r2, [sp, #24]",
            "ldrd r4, r5, [r1, #16]",
            "ldrd r6, r8, [r1, #24]",
            // Word 4.
            "ldrd lr, r1, [r2]",
            "mov r9, #0",
            "umaal r11, r9, r4, lr",
            "umaal r12, r9, r5, lr",
            "umaal r0, r9, r6, lr",
            "umaal r7, r9, r8, lr",
            // Word 5.
            "mov r10, #0",
            "umaal r12, r10, r4, r1",
            "umaal r0, r10, r5, r1",
            "umaal r7, r10, r6, r1",
            "umaal r9, r10, r8, r1",
            // m4 and m5.
            "push {{r11, r12}}",
            // Word 6, with m0.
            "ldrd lr, r1, [r2, #8]",
            "umaal r0, r3, r4, lr",
            "umaal r7, r3, r5, lr",
            "umaal r9, r3, r6, lr",
            "umaal r10, r3, r8, lr",
            // Word 7, with m4.
            "umaal r7, r11, r4, r1",
            "umaal r9, r11, r5, r1",
            "umaal r10, r11, r6, r1",
            "umaal r3, r11, r8, r1",
            // m6 and m7.
            "push {{r0, r7}}",
            // Words 8 and 9, with what the first half left there.
            "ldrd lr, r1, [r2, #16]",
            "ldrd r12, r0, [sp, #20]",
            "umaal r9, r12, r4, lr",
            "umaal r10, r12, r5, lr",
            "umaal r3, r12, r6, lr",
            "umaal r11, r12, r8, lr",
            "umaal r10, r0, r4, r1",
            "umaal r3, r0, r5, r1",
            "umaal r11, r0, r6, r1",
            "umaal r12, r0, r8, r1",
            // Words 10 and 11.
            "ldrd lr, r1, [r2, #24]",
            "ldrd r7, r2, [sp, #28]",
            "umaal r3, r7, r4, lr",
            "umaal r11, r7, r5, lr",
            "umaal r12, r7, r6, lr",
            "umaal r0, r7, r8, lr",
            "umaal r11, r2, r4, r1",
            "umaal r12, r2, r5, r1",
            "umaal r0, r2, r6, r1",
            "umaal r7, r2, r8, r1",
            // m6, m7, m4, m5, and what is for word 11. Words 8 to 15 are in r9, r10, r3, r11, r12, r0, r7 and r2.
            "pop {{r1, r4, r5, r6, r8}}",
            // The first run: m4 at word 10.
            "adcs r3, r3, r5",
            "adcs r11, r11, r8",
            // m4 to m7 times 2^32 - 1, with m5 at word 11; r8 is to be added at word 15.
            "mov r8, r6",
            "mov lr, #-1",
            "umaal r11, r8, r5, lr",
            "umaal r12, r8, r6, lr",
            "umaal r0, r8, r1, lr",
            "umaal r7, r8, r4, lr",
            // The first run: m6 at word 12, m7 at word 13.
            "adcs r12, r12, r1",
            "adcs r0, r0, r4",
            "adcs r7, r7, #0",
            "adcs r2, r2, r8",
            "adc lr, lr, #0",
            // The second run: m5, m6 and m7 at words 8, 9 and 10, and -2^96 - 2^192 + 2^224 - 2^256.
            "adds r9, r9, r6",
            "adcs r10, r10, r1",
            "adcs r3, r3, r4",
            "sbcs r11, r11, #0",
            "sbcs r12, r12, #0",
            "sbcs r0, r0, #0",
            "sbcs r7, r7, #1",
            "adcs r2, r2, #0",
            // All ones, if one p was too much.
            "adc lr, lr, #0",
            "lsr r8, lr, #31",
            "adds r1, r9, lr",
            "adcs r4, r10, lr",
            "adcs r5, r3, lr",
            "adcs r6, r11, #0",
            "adcs r9, r12, #0",
            "adcs r10, r0, #0",
            "adcs r11, r7, r8",
            "adc r12, r2, lr",
            "ldr r0, [sp, #16]!",
            "stm r0, {{r1, r4, r5, r6, r9-r12}}",
            "pop {{r0-r2, r4-r11, lr}}",
            inlateout("r0") result => _,
            inlateout("r1") a => _,
            inlateout("r2") b => _,
            out("r3") _,
            out("r12") _,
        );
    }
}

/// b - p is taken to a: its lowest three words are those of b, and 1. That is never too much for the highest word, because b is
/// below p. The end adds p again, if that was too much.
#[inline(never)]
unsafe fn sum(result: *mut Words, a: *const Words, b: *const Words) {
    // SAFETY: it reads and writes what the caller says is there, and puts back what it has taken from registers.
    unsafe {
        asm!(
            "push {{r4-r11, lr}}",
            "ldm r2, {{r3-r10}}",
            // -2^96 - 2^192 + 2^224 modulo 2^256, to words 3 to 7.
            "subs r6, r6, #1",
            "sbcs r7, r7, #0",
            "sbcs r8, r8, #0",
            "sbcs r9, r9, #1",
            "adc r10, r10, #0",
            "ldm r1!, {{r2, r11, r12, lr}}",
            // Sets the carry.
            "cmp r0, r0",
            "adcs r3, r3, r2",
            "adcs r4, r4, r11",
            "adcs r5, r5, r12",
            "adcs r6, r6, lr",
            "ldm r1, {{r2, r11, r12, lr}}",
            "adcs r7, r7, r2",
            "adcs r8, r8, r11",
            "adcs r9, r9, r12",
            "adcs r10, r10, lr",
            // All ones, if there is no carry.
            "sbc r1, r1, r1",
            "lsr r2, r1, #31",
            "adds r3, r3, r1",
            "adcs r4, r4, r1",
            "adcs r5, r5, r1",
            "adcs r6, r6, #0",
            "adcs r7, r7, #0",
            "adcs r8, r8, #0",
            "adcs r9, r9, r2",
            "adc r10, r10, r1",
            "stm r0, {{r3-r10}}",
            "pop {{r4-r11, lr}}",
            inlateout("r0") result => _,
            inlateout("r1") a => _,
            inlateout("r2") b => _,
            out("r3") _,
            out("r12") _,
        );
    }
}

/// Adds p, if b was too much.
#[inline(never)]
unsafe fn difference(result: *mut Words, a: *const Words, b: *const Words) {
    // SAFETY: it reads and writes what the caller says is there, and puts back what it has taken from registers.
    unsafe {
        asm!(
            "push {{r4-r11, lr}}",
            "ldm r1, {{r3-r10}}",
            "ldm r2!, {{r1, r11, r12, lr}}",
            "subs r3, r3, r1",
            "sbcs r4, r4, r11",
            "sbcs r5, r5, r12",
            "sbcs r6, r6, lr",
            "ldm r2, {{r1, r11, r12, lr}}",
            "sbcs r7, r7, r1",
            "sbcs r8, r8, r11",
            "sbcs r9, r9, r12",
            "sbcs r10, r10, lr",
            // All ones, if there was nothing to borrow from.
            "sbc r1, r1, r1",
            "lsr r2, r1, #31",
            "adds r3, r3, r1",
            "adcs r4, r4, r1",
            "adcs r5, r5, r1",
            "adcs r6, r6, #0",
            "adcs r7, r7, #0",
            "adcs r8, r8, #0",
            "adcs r9, r9, r2",
            "adc r10, r10, r1",
            "stm r0, {{r3-r10}}",
            "pop {{r4-r11, lr}}",
            inlateout("r0") result => _,
            inlateout("r1") a => _,
            inlateout("r2") b => _,
            out("r3") _,
            out("r12") _,
        );
    }
}

/// The multiple less q p, where q is 1 more than its ninth word: that is at least -p, and below q 2^224. The end adds p, if it is
/// below 0.
#[inline(never)]
unsafe fn multiple(a: *mut Words, factor: u32) {
    // SAFETY: it reads and writes what the caller says is there, and puts back what it has taken from registers.
    unsafe {
        asm!(
            "push {{r4-r10, lr}}",
            "ldm r0, {{r3-r10}}",
            // A word and one time less than factor the same word.
            "sub r1, r1, #1",
            "mov r2, #0",
            "umaal r3, r2, r3, r1",
            "umaal r4, r2, r4, r1",
            "umaal r5, r2, r5, r1",
            "umaal r6, r2, r6, r1",
            "umaal r7, r2, r7, r1",
            "umaal r8, r2, r8, r1",
            "umaal r9, r2, r9, r1",
            "umaal r10, r2, r10, r1",
            // q times 1 - 2^96 - 2^192 + 2^224, less 2^256 for the ninth word.
            "add r12, r2, #1",
            "adds r3, r3, r12",
            "adcs r4, r4, #0",
            "adcs r5, r5, #0",
            "sbcs r6, r6, r2",
            "sbcs r7, r7, #0",
            "sbcs r8, r8, #0",
            "sbcs r9, r9, r12",
            "adcs r10, r10, r2",
            // All ones, if there is no carry.
            "sbc r1, r1, r1",
            "lsr r2, r1, #31",
            "adds r3, r3, r1",
            "adcs r4, r4, r1",
            "adcs r5, r5, r1",
            "adcs r6, r6, #0",
            "adcs r7, r7, #0",
            "adcs r8, r8, #0",
            "adcs r9, r9, r2",
            "adc r10, r10, r1",
            "stm r0, {{r3-r10}}",
            "pop {{r4-r10, lr}}",
            inlateout("r0") a => _,
            inlateout("r1") factor => _,
            out("r2") _,
            out("r3") _,
            out("r12") _,
        );
    }
}
