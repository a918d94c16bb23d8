//! Points of P-256, by formulas without exceptions.

use super::Fast;
use super::field::{Field, PRIME};
use super::inverse::Modulus;
use super::words::Words;

impl Field {
    const B: Self = Self::new(&[
        0x27d2_604b,
        0x3bce_3c3e,
        0xcc53_b0f6,
        0x651d_06b0,
        0x7698_86bc,
        0xb3eb_bd55,
        0xaa3a_93e7,
        0x5ac6_35d8,
    ]);
}

pub(super) const GENERATOR: Affine = Affine {
    x: Field::new(&[
        0xd898_c296,
        0xf4a1_3945,
        0x2deb_33a0,
        0x7703_7d81,
        0x63a4_40f2,
        0xf8bc_e6e5,
        0xe12c_4247,
        0x6b17_d1f2,
    ]),
    y: Field::new(&[
        0x37bf_51f5,
        0xcbb6_4068,
        0x6b31_5ece,
        0x2bce_3357,
        0x7c0f_9e16,
        0x8ee7_eb4a,
        0xfe1a_7f9b,
        0x4fe3_42e2,
    ]),
};

#[derive(Clone, Copy)]
pub(super) struct Affine<F = Field> {
    pub(super) x: F,
    pub(super) y: F,
}

#[derive(Clone, Copy)]
pub(super) struct Point<F = Field> {
    pub(super) x: F,
    pub(super) y: F,
    pub(super) z: F,
}

pub(super) static FIELD: Modulus = Modulus::new(&PRIME);

/// The formulas, for a field whose functions are const, and for one whose functions are not.
macro_rules! formulas {
    ($field:ident $(, $const:tt)?) => {
        impl Point<$field> {
            pub(super) $($const)? fn from_affine(point: &Affine<$field>) -> Self {
                Self { x: point.x, y: point.y, z: $field::ONE }
            }

            /// Doubles this point (algorithm 6).
            #[inline(never)]
            pub(super) $($const)? fn double(&mut self) {
                let mut t0 = $field::product(&self.x, &self.x);
                let t1 = $field::product(&self.y, &self.y);
                let mut t2 = $field::product(&self.z, &self.z);
                let mut t3 = $field::product(&self.x, &self.y);
                t3.double();
                let mut t4 = $field::product(&self.y, &self.z);
                t4.double();
                self.z.mul(&self.x);
                self.z.double();
                self.y.set_product(&$field::B, &t2);
                self.y.sub(&self.z);
                self.y.triple();
                self.x.set_difference(&t1, &self.y);
                self.y.add(&t1);
                self.y.mul(&self.x);
                self.x.mul(&t3);
                t2.triple();
                self.z.mul(&$field::B);
                self.z.sub(&t2);
                self.z.sub(&t0);
                self.z.triple();
                t0.triple();
                t0.sub(&t2);
                t0.mul(&self.z);
                self.y.add(&t0);
                self.z.mul(&t4);
                self.x.sub(&self.z);
                self.z.set_product(&t4, &t1);
                self.z.double();
                self.z.double();
            }

            /// Adds a point that is not at infinity (algorithm 5).
            #[inline(never)]
            pub(super) $($const)? fn add(&mut self, other: &Affine<$field>) {
                let mut t0 = $field::product(&self.x, &other.x);
                let mut t1 = $field::product(&self.y, &other.y);
                let mut t3 = $field::sum(&other.x, &other.y);
                let mut t4 = $field::sum(&self.x, &self.y);
                t3.mul(&t4);
                t3.sub(&t0);
                t3.sub(&t1);
                t4.set_product(&other.y, &self.z);
                t4.add(&self.y);
                self.y.set_product(&other.x, &self.z);
                self.y.add(&self.x);
                let mut z3 = $field::product(&$field::B, &self.z);
                self.x.set_difference(&self.y, &z3);
                self.x.triple();
                z3.set_difference(&t1, &self.x);
                self.x.add(&t1);
                self.y.mul(&$field::B);
                self.z.triple();
                self.y.sub(&self.z);
                self.y.sub(&t0);
                self.y.triple();
                t0.triple();
                t0.sub(&self.z);
                t1.set_product(&t4, &self.y);
                self.z.set_product(&t0, &self.y);
                self.y.set_product(&self.x, &z3);
                self.y.add(&self.z);
                self.x.mul(&t3);
                self.x.sub(&t1);
                self.z.set_product(&z3, &t4);
                t3.mul(&t0);
                self.z.add(&t3);
            }
        }
    };
}

formulas!(Field, const);
#[cfg(all(feature = "comb-arm", target_arch = "arm"))]
formulas!(Fast);

#[cfg(all(feature = "comb-arm", target_arch = "arm"))]
impl Fast {
    const B: Self = Self::new(&Field::B);
}

impl Point<Fast> {
    /// x and y as numbers.
    pub(super) fn coordinates(&self) -> (Words, Words) {
        let inverse = FIELD.invert(&self.z.number());
        (self.x.mul_number(&inverse), self.y.mul_number(&inverse))
    }
}

impl Affine {
    pub(super) const fn negated(&self) -> Self {
        Self { x: self.x, y: Field::difference(&Field::ZERO, &self.y) }
    }
}
