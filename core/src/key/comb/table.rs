//! Multiples of the generator, made when this is compiled.

use super::field::{Field, PRIME};
use super::point::{Affine, GENERATOR, Point};
use super::words;

#[cfg(feature = "comb-8k")]
pub(super) const COMBS: usize = 4;
#[cfg(feature = "comb-8k")]
pub(super) const TEETH: usize = 6;
#[cfg(all(feature = "comb-2k", not(feature = "comb-8k")))]
pub(super) const COMBS: usize = 2;
#[cfg(all(feature = "comb-2k", not(feature = "comb-8k")))]
pub(super) const TEETH: usize = 5;
#[cfg(not(any(feature = "comb-2k", feature = "comb-8k")))]
pub(super) const COMBS: usize = 4;
#[cfg(not(any(feature = "comb-2k", feature = "comb-8k")))]
pub(super) const TEETH: usize = 5;

/// Bits between two teeth.
pub(super) const SPACING: usize = 256_usize.div_ceil(COMBS * TEETH);
/// Points in one comb: one tooth is always positive.
pub(super) const POINTS: usize = 1 << (TEETH - 1);

#[allow(long_running_const_eval)]
pub(super) static TABLE: [[Affine; POINTS]; COMBS] = make();

#[allow(long_running_const_eval)]
const fn make() -> [[Affine; POINTS]; COMBS] {
    // 2^(SPACING i) G for each tooth, combs one behind the other.
    const ALL: usize = COMBS * TEETH;
    let mut powers = [Point::from_affine(&GENERATOR); ALL];
    let mut i = 1;
    while i < ALL {
        let mut point = powers[i - 1];
        let mut j = 0;
        while j < SPACING {
            point.double();
            j += 1;
        }
        powers[i] = point;
        i += 1;
    }
    let powers: [Affine; ALL] = affine(&powers);
    let mut sums = [[Point::from_affine(&GENERATOR); POINTS]; COMBS];
    let mut comb = 0;
    while comb < COMBS {
        let mut index = 0;
        while index < POINTS {
            let mut point = Point::from_affine(&powers[comb * TEETH + TEETH - 1]);
            let mut tooth = 0;
            while tooth < TEETH - 1 {
                let power = powers[comb * TEETH + tooth];
                point.add(&if index >> tooth & 1 == 1 { power } else { power.negated() });
                tooth += 1;
            }
            sums[comb][index] = point;
            index += 1;
        }
        comb += 1;
    }
    let mut table = [[GENERATOR; POINTS]; COMBS];
    let mut comb = 0;
    while comb < COMBS {
        table[comb] = affine(&sums[comb]);
        comb += 1;
    }
    table
}

/// The same points with z = 1, by one inversion (Montgomery's trick).
const fn affine<const N: usize>(points: &[Point; N]) -> [Affine; N] {
    let mut products = [Field::ONE; N];
    let mut product = Field::ONE;
    let mut i = 0;
    while i < N {
        products[i] = product;
        product.mul(&points[i].z);
        i += 1;
    }
    let mut inverse = invert(&product);
    let mut result = [GENERATOR; N];
    while i > 0 {
        i -= 1;
        let one = Field::product(&inverse, &products[i]);
        inverse.mul(&points[i].z);
        result[i] = Affine { x: Field::product(&points[i].x, &one), y: Field::product(&points[i].y, &one) };
    }
    result
}

/// By Fermat: number^(p - 2).
const fn invert(number: &Field) -> Field {
    let exponent = words::subtract(&PRIME, &[2, 0, 0, 0, 0, 0, 0, 0]).0;
    let mut power = Field::ONE;
    let mut bit = 256;
    while bit > 0 {
        bit -= 1;
        power = Field::product(&power, &power);
        if exponent[bit / 32] >> (bit % 32) & 1 == 1 {
            power.mul(number);
        }
    }
    power
}
