//! Multiples of the generator, made when this is compiled.

use super::Fast;
use super::field::{Field, PRIME};
use super::point::{Affine, GENERATOR, Point};
use super::words::{self, Words};

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

/// x and y of each point.
#[allow(long_running_const_eval)]
pub(super) static TABLE: [[[Words; 2]; POINTS]; COMBS] = make();

/// The point at an index of a comb; all points of this comb are read.
#[inline(always)]
#[cfg(not(all(feature = "comb-arm", target_arch = "arm")))]
pub(super) fn select(comb: usize, index: u32) -> Affine<Fast> {
    let mut point = Affine { x: Fast::ZERO, y: Fast::ZERO };
    for ([x, y], number) in TABLE.get(comb).into_iter().flatten().zip(0_u32..) {
        // All ones for this index, and 0 for the others, which are below 2^31.
        let mask = ((index ^ number).wrapping_sub(1) as i32 >> 31) as u32;
        point.x.add_masked(x, mask);
        point.y.add_masked(y, mask);
    }
    point
}

/// The point at an index of a comb; all points of this comb are read.
#[inline(always)]
#[cfg(all(feature = "comb-arm", target_arch = "arm"))]
pub(super) fn select(comb: usize, index: u32) -> Affine<Fast> {
    let [x, y] = jurat_comb_arm::select(&TABLE[comb & (COMBS - 1)], index);
    Affine { x: Fast(x), y: Fast(y) }
}

#[allow(long_running_const_eval)]
const fn make() -> [[[Words; 2]; POINTS]; COMBS] {
    // 2^(SPACING i) G for each tooth, combs one behind the other.
    const ALL: usize = COMBS * TEETH;
    let mut powers = [<Point>::from_affine(&GENERATOR); ALL];
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
    let mut sums = [[<Point>::from_affine(&GENERATOR); POINTS]; COMBS];
    let mut comb = 0;
    while comb < COMBS {
        let mut index = 0;
        while index < POINTS {
            let mut point = <Point>::from_affine(&powers[comb * TEETH + TEETH - 1]);
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
    let mut table = [[[[0; 8]; 2]; POINTS]; COMBS];
    let mut comb = 0;
    while comb < COMBS {
        let points = affine(&sums[comb]);
        let mut index = 0;
        while index < POINTS {
            table[comb][index] = [points[index].x.0, points[index].y.0];
            index += 1;
        }
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
