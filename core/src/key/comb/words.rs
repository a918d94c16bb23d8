//! Numbers of 256 bits: 8 words of 32, the lowest first.

/// 256 bits.
pub(super) type Words = [u32; 8];

/// a + b + carry, and the carry out of it.
#[inline(always)]
#[cfg(not(target_pointer_width = "64"))]
const fn sum(a: u32, b: u32, carry: u32) -> (u32, u32) {
    let sum = a as u64 + b as u64 + carry as u64;
    (sum as u32, (sum >> 32) as u32)
}

/// a - b - borrow, and the borrow out of it.
#[inline(always)]
#[cfg(any(test, not(target_pointer_width = "64")))]
const fn difference(a: u32, b: u32, borrow: u32) -> (u32, u32) {
    let difference = (a as u64).wrapping_sub(b as u64).wrapping_sub(borrow as u64);
    (difference as u32, (difference >> 63) as u32)
}

/// a + b, and the carry.
#[inline(always)]
#[cfg(not(target_pointer_width = "64"))]
pub(super) const fn add(a: &Words, b: &Words) -> (Words, u32) {
    let (s0, c) = sum(a[0], b[0], 0);
    let (s1, c) = sum(a[1], b[1], c);
    let (s2, c) = sum(a[2], b[2], c);
    let (s3, c) = sum(a[3], b[3], c);
    let (s4, c) = sum(a[4], b[4], c);
    let (s5, c) = sum(a[5], b[5], c);
    let (s6, c) = sum(a[6], b[6], c);
    let (s7, c) = sum(a[7], b[7], c);
    ([s0, s1, s2, s3, s4, s5, s6, s7], c)
}

/// a - b, and the borrow.
#[inline(always)]
#[cfg(not(target_pointer_width = "64"))]
pub(super) const fn subtract(a: &Words, b: &Words) -> (Words, u32) {
    let (s0, c) = difference(a[0], b[0], 0);
    let (s1, c) = difference(a[1], b[1], c);
    let (s2, c) = difference(a[2], b[2], c);
    let (s3, c) = difference(a[3], b[3], c);
    let (s4, c) = difference(a[4], b[4], c);
    let (s5, c) = difference(a[5], b[5], c);
    let (s6, c) = difference(a[6], b[6], c);
    let (s7, c) = difference(a[7], b[7], c);
    ([s0, s1, s2, s3, s4, s5, s6, s7], c)
}

/// a + b, and the carry, two words at a time.
#[inline(always)]
#[cfg(target_pointer_width = "64")]
pub(super) const fn add(a: &Words, b: &Words) -> (Words, u32) {
    const fn sum(a: u64, b: u64, carry: u64) -> (u64, u64) {
        let sum = a as u128 + b as u128 + carry as u128;
        (sum as u64, (sum >> 64) as u64)
    }
    let (s0, c) = sum(pair(a, 0), pair(b, 0), 0);
    let (s1, c) = sum(pair(a, 1), pair(b, 1), c);
    let (s2, c) = sum(pair(a, 2), pair(b, 2), c);
    let (s3, c) = sum(pair(a, 3), pair(b, 3), c);
    (halves([s0, s1, s2, s3]), c as u32)
}

/// a - b, and the borrow, two words at a time.
#[inline(always)]
#[cfg(target_pointer_width = "64")]
pub(super) const fn subtract(a: &Words, b: &Words) -> (Words, u32) {
    const fn difference(a: u64, b: u64, borrow: u64) -> (u64, u64) {
        let difference = (a as u128).wrapping_sub(b as u128).wrapping_sub(borrow as u128);
        (difference as u64, (difference >> 127) as u64)
    }
    let (s0, c) = difference(pair(a, 0), pair(b, 0), 0);
    let (s1, c) = difference(pair(a, 1), pair(b, 1), c);
    let (s2, c) = difference(pair(a, 2), pair(b, 2), c);
    let (s3, c) = difference(pair(a, 3), pair(b, 3), c);
    (halves([s0, s1, s2, s3]), c as u32)
}

/// Two words as one.
#[inline(always)]
#[cfg(any(test, target_pointer_width = "64"))]
pub(super) const fn pair(words: &Words, index: usize) -> u64 {
    words[(2 * index) & 7] as u64 | (words[(2 * index + 1) & 7] as u64) << 32
}

/// The other way round.
#[inline(always)]
#[cfg(any(test, target_pointer_width = "64"))]
pub(super) const fn halves(pairs: [u64; 4]) -> Words {
    let [p0, p1, p2, p3] = pairs;
    let high = [(p0 >> 32) as u32, (p1 >> 32) as u32, (p2 >> 32) as u32, (p3 >> 32) as u32];
    [p0 as u32, high[0], p1 as u32, high[1], p2 as u32, high[2], p3 as u32, high[3]]
}

/// a b.
#[inline(always)]
pub(super) const fn product(a: u32, b: u32) -> u64 {
    if cfg!(narrow_multiplication) { narrow_product(a, b) } else { a as u64 * b as u64 }
}

/// a b with signs.
#[inline(always)]
pub(super) const fn signed_product(a: i32, b: i32) -> i64 {
    if cfg!(narrow_multiplication) { narrow_signed_product(a, b) } else { a as i64 * b as i64 }
}

/// (2^32 - 1) m.
#[inline(always)]
#[cfg(any(test, not(target_pointer_width = "64")))]
pub(super) const fn all_ones_times(m: u32) -> u64 {
    if cfg!(narrow_multiplication) { narrow_all_ones_times(m) } else { ((m as u64) << 32) - m as u64 }
}

// The same for processors whose products have 32 bits: by halves of words, without the branches of the C library's function.

#[inline(always)]
pub(super) const fn narrow_product(a: u32, b: u32) -> u64 {
    let (a0, a1, b0, b1) = (a & 0xffff, a >> 16, b & 0xffff, b >> 16);
    let (low, middle, other) = (a0 * b0, a0 * b1, a1 * b0);
    let sum = (low >> 16) + (middle & 0xffff) + (other & 0xffff);
    let high = a1 * b1 + (middle >> 16) + (other >> 16) + (sum >> 16);
    (low & 0xffff | sum << 16) as u64 | (high as u64) << 32
}

#[inline(always)]
pub(super) const fn narrow_signed_product(a: i32, b: i32) -> i64 {
    // The upper halves have the signs. A product of a half with a sign and one without has room for another half.
    let (a0, a1, b0, b1) = (a & 0xffff, a >> 16, b & 0xffff, b >> 16);
    let low = a0 as u32 * b0 as u32;
    let sum = a1 * b0 + (low >> 16) as i32;
    let other = a0 * b1 + (sum & 0xffff);
    let high = a1 * b1 + (sum >> 16) + (other >> 16);
    (low & 0xffff | (other as u32) << 16) as i64 | (high as i64) << 32
}

#[inline(always)]
#[cfg(any(test, not(target_pointer_width = "64")))]
pub(super) const fn narrow_all_ones_times(m: u32) -> u64 {
    // Of a difference in 64 bits the compiler would make a product.
    let (low, borrow) = difference(0, m, 0);
    low as u64 | ((m - borrow) as u64) << 32
}

/// `mask` & words.
#[inline(always)]
pub(super) const fn masked(words: &Words, mask: u32) -> Words {
    let [w0, w1, w2, w3, w4, w5, w6, w7] = *words;
    [w0 & mask, w1 & mask, w2 & mask, w3 & mask, w4 & mask, w5 & mask, w6 & mask, w7 & mask]
}

/// The sum of a and b, both below `modulus`, modulo that.
#[inline(always)]
pub(super) const fn add_modulo(a: &Words, b: &Words, modulus: &Words) -> Words {
    let (sum, carry) = add(a, b);
    below(&sum, carry, modulus)
}

/// The difference of a and b, both below `modulus`, modulo that.
#[inline(always)]
pub(super) const fn subtract_modulo(a: &Words, b: &Words, modulus: &Words) -> Words {
    let (difference, borrow) = subtract(a, b);
    add(&difference, &masked(modulus, 0_u32.wrapping_sub(borrow))).0
}

/// `high` 2^256 + `words`, which is below twice `modulus`, modulo that.
#[inline(always)]
pub(super) const fn below(words: &Words, high: u32, modulus: &Words) -> Words {
    let (difference, borrow) = subtract(words, modulus);
    // Too much was taken away if nothing was there to borrow from.
    let mask = 0_u32.wrapping_sub(borrow & (high ^ 1));
    add(&difference, &masked(modulus, mask)).0
}

/// The number that stands in 32 bytes, big-endian.
pub(super) fn from_bytes(bytes: &[u8; 32]) -> Words {
    let mut words = [0; 8];
    for (word, bytes) in words.iter_mut().zip(bytes.rchunks_exact(4)) {
        *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    words
}

/// 32 bytes, big-endian.
pub(super) fn to_bytes(words: &Words) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.rchunks_exact_mut(4).zip(words) {
        for (byte, from) in bytes.iter_mut().zip(word.to_be_bytes()) {
            *byte = from;
        }
    }
    bytes
}

/// 1, or 0 if all words are 0, without a branch on one of them.
pub(super) fn is_not_zero(words: &Words) -> u32 {
    let all = words.iter().fold(0, |all, word| all | word);
    (all | all.wrapping_neg()) >> 31
}
