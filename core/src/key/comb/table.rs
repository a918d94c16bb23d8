//! Multiples of the generator.

use super::Fast;
use super::point::Affine;

// To work them out takes the compiler ten seconds. The test `the_table_holds_the_multiples_that_it_should` writes these
// files, with `JURAT_WRITE=1`, and compares them in each run.
#[cfg(all(feature = "comb-2k", not(feature = "comb-8k")))]
#[path = "table/of_2k.rs"]
mod points;
#[cfg(not(any(feature = "comb-2k", feature = "comb-8k")))]
#[path = "table/of_4k.rs"]
mod points;
#[cfg(feature = "comb-8k")]
#[path = "table/of_8k.rs"]
mod points;

pub(super) use points::{COMBS, TABLE, TEETH};

/// Bits between two teeth.
pub(super) const SPACING: usize = 256_usize.div_ceil(COMBS * TEETH);
/// Points in one comb: one tooth is always positive.
pub(super) const POINTS: usize = 1 << (TEETH - 1);

/// The point at an index of a comb; all points of this comb are read.
#[inline(always)]
#[cfg(not(all(feature = "comb-arm", target_arch = "arm")))]
pub(super) fn select(comb: usize, index: u32) -> Affine {
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
pub(super) fn select(comb: usize, index: u32) -> Affine {
    let [x, y] = jurat_comb_arm::select(&TABLE[comb & (COMBS - 1)], index);
    Affine { x: Fast(x), y: Fast(y) }
}
