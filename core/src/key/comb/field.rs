//! The field of P-256.

use super::words::{self, Words};

/// p = 2^256 - 2^224 + 2^192 + 2^96 - 1.
pub(super) const PRIME: Words = [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0, 0, 0, 1, 0xffff_ffff];

/// An element, as x 2^256 modulo p (Montgomery's form), below p.
#[derive(Clone, Copy)]
pub(super) struct Field(pub(super) Words);

/// 2^512 modulo p.
const R2: Words = {
    // 2^256 doubled 256 times; 2^256 - p is below p.
    let mut power = words::subtract(&[0; 8], &PRIME).0;
    let mut i = 0;
    while i < 256 {
        power = words::add_modulo(&power, &power, &PRIME);
        i += 1;
    }
    power
};

impl Field {
    pub(super) const ONE: Self = Self(words::subtract(&[0; 8], &PRIME).0);

    /// The element that a number below p stands for.
    pub(super) const fn new(number: &Words) -> Self {
        Self(multiply(number, &R2))
    }
}

// Other processors than those that have the field in assembly.
#[cfg(not(all(feature = "comb-arm", target_arch = "arm")))]
impl Field {
    pub(super) const ZERO: Self = Self([0; 8]);

    pub(super) fn product(a: &Self, b: &Self) -> Self {
        Self(multiply(&a.0, &b.0))
    }

    #[inline(never)]
    pub(super) fn sum(a: &Self, b: &Self) -> Self {
        Self(words::add_modulo(&a.0, &b.0, &PRIME))
    }

    #[inline(never)]
    pub(super) fn difference(a: &Self, b: &Self) -> Self {
        Self(words::subtract_modulo(&a.0, &b.0, &PRIME))
    }

    // These write where they are told, or where they read: a point takes half of the stack that way.

    pub(super) fn set_product(&mut self, a: &Self, b: &Self) {
        *self = Self::product(a, b);
    }

    pub(super) fn set_difference(&mut self, a: &Self, b: &Self) {
        *self = Self::difference(a, b);
    }

    pub(super) fn mul(&mut self, other: &Self) {
        self.0 = multiply(&self.0, &other.0);
    }

    #[inline(never)]
    pub(super) fn add(&mut self, other: &Self) {
        self.0 = words::add_modulo(&self.0, &other.0, &PRIME);
    }

    #[inline(never)]
    pub(super) fn sub(&mut self, other: &Self) {
        self.0 = words::subtract_modulo(&self.0, &other.0, &PRIME);
    }

    pub(super) fn double(&mut self) {
        let copy = *self;
        self.add(&copy);
    }

    pub(super) fn triple(&mut self) {
        let copy = *self;
        self.add(&copy);
        self.add(&copy);
    }

    /// The number below p.
    pub(super) fn number(&self) -> Words {
        multiply(&self.0, &[1, 0, 0, 0, 0, 0, 0, 0])
    }

    /// Adds `other` where `mask` is all ones, and nothing where it is 0.
    pub(super) fn add_masked(&mut self, other: &Words, mask: u32) {
        // To the compiler it could be anything: it makes no branch of it.
        let mask = core::hint::black_box(mask);
        for (word, other) in self.0.iter_mut().zip(other) {
            *word |= other & mask;
        }
    }

    /// -x where `mask` is all ones, and x where it is 0.
    pub(super) fn negate_if(&mut self, mask: u32) {
        let mask = core::hint::black_box(mask);
        let negated = Self::difference(&Self::ZERO, self);
        for (word, other) in self.0.iter_mut().zip(&negated.0) {
            *word ^= (*word ^ other) & mask;
        }
    }

    /// Times a number that is not in Montgomery's form: the result is none either.
    pub(super) fn mul_number(&self, number: &Words) -> Words {
        multiply(&self.0, number)
    }
}

/// a b / 2^256 modulo p (Montgomery), row by row.
///
/// -1/p is 1 modulo 2^32, so the lowest word m is cancelled by m p, of which -m cancels and the rest is
/// m 2^96 + m 2^192 + m (2^32 - 1) 2^224.
#[inline(never)]
#[cfg(any(test, not(target_pointer_width = "64")))]
pub(super) const fn multiply32(a: &Words, b: &Words) -> Words {
    let [b0, b1, b2, b3, b4, b5, b6, b7] = *b;
    let (mut t0, mut t1, mut t2, mut t3, mut t4, mut t5, mut t6, mut t7, mut t8) = (0, 0, 0, 0, 0, 0, 0, 0, 0);
    let mut i = 0;
    while i < 8 {
        let word = a[i & 7];
        let (m, c) = step(word, b0, t0, 0);
        let (s1, c) = step(word, b1, t1, c);
        let (s2, c) = step(word, b2, t2, c);
        let (s3, c) = step(word, b3, t3, c);
        let (s4, c) = step(word, b4, t4, c);
        let (s5, c) = step(word, b5, t5, c);
        let (s6, c) = step(word, b6, t6, c);
        let (s7, c) = step(word, b7, t7, c);
        // Below 2 p 2^32 in all, so that there is no carry.
        let s8 = t8 + c;
        t0 = s1;
        t1 = s2;
        let sum = s3 as u64 + m as u64;
        t2 = sum as u32;
        let sum = s4 as u64 + (sum >> 32);
        t3 = sum as u32;
        let sum = s5 as u64 + (sum >> 32);
        t4 = sum as u32;
        let sum = s6 as u64 + m as u64 + (sum >> 32);
        t5 = sum as u32;
        let high = words::all_ones_times(m);
        let sum = s7 as u64 + (high & 0xffff_ffff) + (sum >> 32);
        t6 = sum as u32;
        let sum = s8 as u64 + (high >> 32) + (sum >> 32);
        t7 = sum as u32;
        t8 = (sum >> 32) as u32;
        i += 1;
    }
    words::below(&[t0, t1, t2, t3, t4, t5, t6, t7], t8, &PRIME)
}

#[inline(always)]
#[cfg(any(test, not(target_pointer_width = "64")))]
const fn step(a: u32, b: u32, sum: u32, carry: u32) -> (u32, u32) {
    let wide = words::product(a, b) + sum as u64 + carry as u64;
    (wide as u32, (wide >> 32) as u32)
}

/// The same in words of 64 bits: -1/p is 1 modulo 2^64, too, and the rest of m p is m 2^96 + m (2^64 - 2^32 + 1) 2^192.
#[inline(never)]
#[cfg(any(test, target_pointer_width = "64"))]
pub(super) const fn multiply64(a: &Words, b: &Words) -> Words {
    const fn step(a: u64, b: u64, sum: u64, carry: u64) -> (u64, u64) {
        let wide = a as u128 * b as u128 + sum as u128 + carry as u128;
        (wide as u64, (wide >> 64) as u64)
    }
    let [b0, b1, b2, b3] = [words::pair(b, 0), words::pair(b, 1), words::pair(b, 2), words::pair(b, 3)];
    let (mut t0, mut t1, mut t2, mut t3, mut t4) = (0, 0, 0, 0, 0);
    let mut i = 0;
    while i < 4 {
        let word = words::pair(a, i);
        let (m, c) = step(word, b0, t0, 0);
        let (s1, c) = step(word, b1, t1, c);
        let (s2, c) = step(word, b2, t2, c);
        let (s3, c) = step(word, b3, t3, c);
        let s4 = t4 + c;
        let sum = s1 as u128 + (m << 32) as u128;
        t0 = sum as u64;
        let sum = s2 as u128 + (m >> 32) as u128 + (sum >> 64);
        t1 = sum as u64;
        let high = m as u128 * 0xffff_ffff_0000_0001;
        let sum = s3 as u128 + (high as u64) as u128 + (sum >> 64);
        t2 = sum as u64;
        let sum = s4 as u128 + (high >> 64) + (sum >> 64);
        t3 = sum as u64;
        t4 = (sum >> 64) as u64;
        i += 1;
    }
    words::below(&words::halves([t0, t1, t2, t3]), t4 as u32, &PRIME)
}

#[cfg(not(target_pointer_width = "64"))]
use multiply32 as multiply;
#[cfg(target_pointer_width = "64")]
use multiply64 as multiply;
