//! Inversion in constant time, by division steps.

use core::hint::black_box;

use super::words::{Words, signed_product};

/// 270 bits with signs: 9 digits of 30 bits, the lowest first, the highest one signed.
type Digits = [i32; 9];

const MASK: i32 = (1 << 30) - 1;

pub(super) struct Modulus {
    digits: Digits,
    /// 1/modulus modulo 2^30.
    inverse: u32,
}

impl Modulus {
    pub(super) const fn new(words: &Words) -> Self {
        let mut inverse = 1_u32;
        let mut i = 0;
        while i < 5 {
            inverse = inverse.wrapping_mul(2_u32.wrapping_sub(words[0].wrapping_mul(inverse)));
            i += 1;
        }
        Self { digits: digits(words), inverse: inverse & MASK as u32 }
    }

    /// 1/number modulo this prime; 0 for 0. `number` is below it.
    pub(super) fn invert(&self, number: &Words) -> Words {
        let (mut d, mut e) = ([0; 9], [0; 9]);
        e[0] = 1;
        let (mut f, mut g) = (self.digits, digits(number));
        let mut zeta = -1_i32;
        // 590 steps are enough for 256 bits.
        for _ in 0..20 {
            let step;
            (zeta, step) = divide(zeta, f[0] as u32, g[0] as u32);
            self.update_coefficients(&mut d, &mut e, &step);
            update(&mut f, &mut g, &step);
        }
        self.normalize(&mut d, f[8]);
        words(&d)
    }

    fn update_coefficients(&self, d: &mut Digits, e: &mut Digits, step: &Step) {
        let [u, v, q, r] = [step.u, step.v, step.q, step.r];
        let (sign_d, sign_e) = (black_box(d[8] >> 31), black_box(e[8] >> 31));
        let mut multiple_d = (u & sign_d) + (v & sign_e);
        let mut multiple_e = (q & sign_d) + (r & sign_e);
        let mut carry_d = signed_product(u, d[0]) + signed_product(v, e[0]);
        let mut carry_e = signed_product(q, d[0]) + signed_product(r, e[0]);
        multiple_d -= (self.inverse.wrapping_mul(carry_d as u32).wrapping_add(multiple_d as u32) & MASK as u32) as i32;
        multiple_e -= (self.inverse.wrapping_mul(carry_e as u32).wrapping_add(multiple_e as u32) & MASK as u32) as i32;
        carry_d += signed_product(self.digits[0], multiple_d);
        carry_e += signed_product(self.digits[0], multiple_e);
        carry_d >>= 30;
        carry_e >>= 30;
        for i in 1..9 {
            carry_d += signed_product(u, d[i]) + signed_product(v, e[i]) + signed_product(self.digits[i], multiple_d);
            carry_e += signed_product(q, d[i]) + signed_product(r, e[i]) + signed_product(self.digits[i], multiple_e);
            d[i - 1] = carry_d as i32 & MASK;
            e[i - 1] = carry_e as i32 & MASK;
            carry_d >>= 30;
            carry_e >>= 30;
        }
        d[8] = carry_d as i32;
        e[8] = carry_e as i32;
    }

    /// Brings a number above -2 modulus and below modulus into 0..modulus, with the other sign if `sign` is negative.
    fn normalize(&self, number: &mut Digits, sign: i32) {
        let negate = black_box(sign >> 31);
        let below_zero = black_box(number[8] >> 31);
        for (digit, modulus) in number.iter_mut().zip(&self.digits) {
            *digit += modulus & below_zero;
            *digit = (*digit ^ negate) - negate;
        }
        carry(number);
        let below_zero = black_box(number[8] >> 31);
        for (digit, modulus) in number.iter_mut().zip(&self.digits) {
            *digit += modulus & below_zero;
        }
        carry(number);
    }
}

/// The matrix of some division steps.
pub(super) struct Step {
    pub(super) u: i32,
    pub(super) v: i32,
    pub(super) q: i32,
    pub(super) r: i32,
}

/// 30 division steps on the lowest bits of f and g.
#[cfg(all(feature = "comb-arm", target_arch = "arm"))]
fn divide(zeta: i32, f: u32, g: u32) -> (i32, Step) {
    let (zeta, [u, v, q, r]) = jurat_comb_arm::divide(zeta, f, g);
    (zeta, Step { u, v, q, r })
}

/// 30 division steps on the lowest bits of f and g.
#[cfg(not(all(feature = "comb-arm", target_arch = "arm")))]
pub(super) fn divide(mut zeta: i32, f: u32, g: u32) -> (i32, Step) {
    let (mut u, mut v, mut q, mut r) = (1_u32, 0_u32, 0_u32, 1_u32);
    let (mut f, mut g) = (f, g);
    for _ in 0..30 {
        let mut swap = (zeta >> 31) as u32;
        let odd = 0_u32.wrapping_sub(g & 1);
        let x = (f ^ swap).wrapping_sub(swap);
        let y = (u ^ swap).wrapping_sub(swap);
        let z = (v ^ swap).wrapping_sub(swap);
        g = g.wrapping_add(x & odd);
        q = q.wrapping_add(y & odd);
        r = r.wrapping_add(z & odd);
        swap &= odd;
        zeta = (zeta ^ swap as i32).wrapping_sub(1);
        f = f.wrapping_add(g & swap);
        u = u.wrapping_add(q & swap);
        v = v.wrapping_add(r & swap);
        g >>= 1;
        u <<= 1;
        v <<= 1;
    }
    (zeta, Step { u: u as i32, v: v as i32, q: q as i32, r: r as i32 })
}

fn update(f: &mut Digits, g: &mut Digits, step: &Step) {
    let mut carry_f = (signed_product(step.u, f[0]) + signed_product(step.v, g[0])) >> 30;
    let mut carry_g = (signed_product(step.q, f[0]) + signed_product(step.r, g[0])) >> 30;
    for i in 1..9 {
        carry_f += signed_product(step.u, f[i]) + signed_product(step.v, g[i]);
        carry_g += signed_product(step.q, f[i]) + signed_product(step.r, g[i]);
        f[i - 1] = carry_f as i32 & MASK;
        g[i - 1] = carry_g as i32 & MASK;
        carry_f >>= 30;
        carry_g >>= 30;
    }
    f[8] = carry_f as i32;
    g[8] = carry_g as i32;
}

fn carry(number: &mut Digits) {
    let mut carry = 0;
    for digit in &mut number[..8] {
        let sum = *digit + carry;
        *digit = sum & MASK;
        carry = sum >> 30;
    }
    number[8] += carry;
}

const fn digits(words: &Words) -> Digits {
    let mut digits = [0; 9];
    let mut i = 0;
    while i < 9 {
        let bit = 30 * i;
        let low = words[bit / 32] as u64;
        let high = if bit / 32 < 7 { words[bit / 32 + 1] as u64 } else { 0 };
        digits[i] = ((low | high << 32) >> (bit % 32)) as i32 & MASK;
        i += 1;
    }
    digits
}

fn words(digits: &Digits) -> Words {
    let mut words = [0; 8];
    for (i, word) in words.iter_mut().enumerate() {
        let bit = 32 * i;
        let low = (digits[bit / 30] as u32) >> (bit % 30);
        // 2 to 16 bits come from the next digit.
        *word = low | (digits[bit / 30 + 1] as u32) << (30 - bit % 30);
    }
    words
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::{Digits, MASK, Modulus, digits, divide, update};
    use crate::key::comb::field::PRIME;
    use crate::key::comb::order::ORDER;
    use crate::key::comb::words::Words;

    /// `number`, and so many times the modulus besides.
    fn plus(number: &Digits, times: i32, modulus: &Digits) -> Digits {
        let mut sum = *number;
        let mut carry = 0_i64;
        for (digit, modulus) in sum.iter_mut().zip(modulus) {
            carry += i64::from(*digit) + i64::from(times) * i64::from(*modulus);
            *digit = carry as i32 & MASK;
            carry >>= 30;
        }
        // The highest one is signed.
        sum[8] |= (carry << 30) as i32;
        sum
    }

    /// What the variant of Bernstein's and Yang's division steps counts on whose coefficients have a bound.
    fn assert_within_bounds(coefficients: &Digits, modulus: &Digits) {
        assert!(plus(coefficients, -1, modulus)[8] < 0 && plus(coefficients, 2, modulus)[8] >= 0);
    }

    fn random_words() -> impl FnMut() -> u32 {
        let mut state = 0x243f_6a88_85a3_08d3_u64;
        move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u32
        }
    }

    /// Numbers below both moduli, and not 0.
    fn numbers(random: &mut impl FnMut() -> u32) -> Vec<Words> {
        let mut numbers: Vec<Words> = (0..50).map(|_| core::array::from_fn(|_| random())).collect();
        numbers.iter_mut().for_each(|number| number[7] >>= 1);
        numbers.extend([[1, 0, 0, 0, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1 << 31]]);
        numbers
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn coefficients_stay_within_bounds() {
        let mut random = random_words();
        for words in [PRIME, ORDER] {
            let modulus = Modulus::new(&words);
            for number in numbers(&mut random) {
                let (mut d, mut e) = ([0; 9], [0; 9]);
                e[0] = 1;
                let (mut f, mut g) = (modulus.digits, digits(&number));
                let mut zeta = -1_i32;
                for _ in 0..20 {
                    let step;
                    (zeta, step) = divide(zeta, f[0] as u32, g[0] as u32);
                    modulus.update_coefficients(&mut d, &mut e, &step);
                    update(&mut f, &mut g, &step);
                    assert_within_bounds(&d, &modulus.digits);
                    assert_within_bounds(&e, &modulus.digits);
                }
                assert_eq!(g, [0; 9]);
            }
        }
    }

    #[test]
    fn a_number_is_brought_below_the_modulus() {
        let mut random = random_words();
        for words in [PRIME, ORDER] {
            let modulus = Modulus::new(&words);
            for number in numbers(&mut random).iter().map(digits) {
                // The same with the other sign.
                let negated = plus(&number.map(|digit| -digit), 1, &modulus.digits);
                for times in [-2, -1, 0] {
                    for (sign, expected) in [(1, number), (0, number), (-1, negated), (i32::MIN, negated)] {
                        let mut normal = plus(&number, times, &modulus.digits);
                        modulus.normalize(&mut normal, sign);
                        assert_eq!(normal, expected);
                    }
                }
            }
            for times in [-1, 0] {
                let mut zero = plus(&[0; 9], times, &modulus.digits);
                modulus.normalize(&mut zero, 1);
                assert_eq!(zero, [0; 9]);
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn coefficients_at_their_bounds_stay_within_them() {
        let mut random = random_words();
        let (one, minus_one) = ([1, 0, 0, 0, 0, 0, 0, 0, 0], plus(&[0; 9], -1, &[1, 0, 0, 0, 0, 0, 0, 0, 0]));
        for words in [PRIME, ORDER] {
            let modulus = Modulus::new(&words);
            let least = plus(&one, -2, &modulus.digits);
            let most = plus(&minus_one, 1, &modulus.digits);
            let edges = [least, plus(&least, 1, &modulus.digits), minus_one, [0; 9], one, most];
            for edge in &edges {
                assert_within_bounds(edge, &modulus.digits);
            }
            for _ in 0..300 {
                let (_, step) = divide(random() as i32 % 40, random() | 1, random());
                for (d, e) in edges.iter().flat_map(|d| edges.iter().map(move |e| (*d, *e))) {
                    let (mut d, mut e) = (d, e);
                    modulus.update_coefficients(&mut d, &mut e, &step);
                    assert_within_bounds(&d, &modulus.digits);
                    assert_within_bounds(&e, &modulus.digits);
                }
            }
        }
    }
}
