//! Numbers modulo the order of P-256.

use super::words::{self, Words};

pub(super) const ORDER: Words =
    [0xfc63_2551, 0xf3b9_cac2, 0xa717_9e84, 0xbce6_faad, 0xffff_ffff, 0xffff_ffff, 0, 0xffff_ffff];

/// -1/n modulo 2^32.
const FACTOR: u32 = {
    // Each step doubles the right bits (Newton).
    let mut inverse = 1_u32;
    let mut i = 0;
    while i < 5 {
        inverse = inverse.wrapping_mul(2_u32.wrapping_sub(ORDER[0].wrapping_mul(inverse)));
        i += 1;
    }
    0_u32.wrapping_sub(inverse)
};

const R2: Words = {
    let mut power = words::subtract(&[0; 8], &ORDER).0;
    let mut i = 0;
    while i < 256 {
        power = words::add_modulo(&power, &power, &ORDER);
        i += 1;
    }
    power
};

/// a b modulo n.
pub(super) fn multiply(a: &Words, b: &Words) -> Words {
    montgomery(&montgomery(a, b), &R2)
}

/// a b / 2^256 modulo n (Montgomery), row by row. A handful of these goes into a signature: small is better than fast.
fn montgomery(a: &Words, b: &Words) -> Words {
    let mut sum = [0_u32; 8];
    let mut top = 0_u64;
    for word in a {
        let mut carry = 0;
        for (sum, b) in sum.iter_mut().zip(b) {
            let wide = words::product(*word, *b) + u64::from(*sum) + carry;
            *sum = wide as u32;
            carry = wide >> 32;
        }
        top += carry;
        // Cancels the lowest word, which then goes.
        let factor = sum[0].wrapping_mul(FACTOR);
        let mut carry = 0;
        for (sum, order) in sum.iter_mut().zip(&ORDER) {
            let wide = words::product(factor, *order) + u64::from(*sum) + carry;
            *sum = wide as u32;
            carry = wide >> 32;
        }
        top += carry;
        let [_, rest @ ..] = sum;
        sum = [rest[0], rest[1], rest[2], rest[3], rest[4], rest[5], rest[6], top as u32];
        top >>= 32;
    }
    words::below(&sum, top as u32, &ORDER)
}

/// Half of a number below n, modulo n.
pub(super) fn half(number: &Words) -> Words {
    // An odd one becomes even by the odd n.
    let mask = 0_u32.wrapping_sub(number[0] & 1);
    let (even, carry) = words::add(number, &words::masked(&ORDER, mask));
    let mut result = [0; 8];
    let above = even.iter().skip(1).chain(core::iter::once(&carry));
    for ((result, word), above) in result.iter_mut().zip(&even).zip(above) {
        *result = word >> 1 | above << 31;
    }
    result
}
