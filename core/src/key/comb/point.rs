//! Points of P-256, by formulas without exceptions.

use super::field::{Field, PRIME};
use super::inverse::Modulus;
use super::words::Words;

const B: Field = Field::new(&[
    0x27d2_604b,
    0x3bce_3c3e,
    0xcc53_b0f6,
    0x651d_06b0,
    0x7698_86bc,
    0xb3eb_bd55,
    0xaa3a_93e7,
    0x5ac6_35d8,
]);
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
pub(super) struct Affine {
    pub(super) x: Field,
    pub(super) y: Field,
}

#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) x: Field,
    pub(super) y: Field,
    pub(super) z: Field,
}

pub(super) static FIELD: Modulus = Modulus::new(&PRIME);

impl Point {
    pub(super) const fn from_affine(point: &Affine) -> Self {
        Self { x: point.x, y: point.y, z: Field::ONE }
    }

    /// Twice this point (Renes, Costello, Batina: algorithm 6).
    pub(super) const fn double(&self) -> Self {
        let Self { x, y, z } = self;
        let t0 = x.mul(x);
        let t1 = y.mul(y);
        let t2 = z.mul(z);
        let t3 = x.mul(y);
        let t3 = t3.add(&t3);
        let z3 = x.mul(z);
        let z3 = z3.add(&z3);
        let y3 = B.mul(&t2).sub(&z3);
        let y3 = y3.add(&y3).add(&y3);
        let x3 = t1.sub(&y3);
        let y3 = t1.add(&y3);
        let y3 = x3.mul(&y3);
        let x3 = x3.mul(&t3);
        let t2 = t2.add(&t2).add(&t2);
        let z3 = B.mul(&z3).sub(&t2).sub(&t0);
        let z3 = z3.add(&z3).add(&z3);
        let t0 = t0.add(&t0).add(&t0).sub(&t2);
        let y3 = y3.add(&t0.mul(&z3));
        let t0 = y.mul(z);
        let t0 = t0.add(&t0);
        let x3 = x3.sub(&t0.mul(&z3));
        let z3 = t0.mul(&t1);
        let z3 = z3.add(&z3);
        Self { x: x3, y: y3, z: z3.add(&z3) }
    }

    /// The sum with a point that is not at infinity (algorithm 5).
    pub(super) const fn add(&self, other: &Affine) -> Self {
        let Self { x, y, z } = self;
        let t0 = x.mul(&other.x);
        let t1 = y.mul(&other.y);
        let t3 = other.x.add(&other.y).mul(&x.add(y)).sub(&t0.add(&t1));
        let t4 = other.y.mul(z).add(y);
        let y3 = other.x.mul(z).add(x);
        let x3 = y3.sub(&B.mul(z));
        let x3 = x3.add(&x3).add(&x3);
        let z3 = t1.sub(&x3);
        let x3 = t1.add(&x3);
        let t2 = z.add(z).add(z);
        let y3 = B.mul(&y3).sub(&t2).sub(&t0);
        let y3 = y3.add(&y3).add(&y3);
        let t0 = t0.add(&t0).add(&t0).sub(&t2);
        let t1 = t4.mul(&y3);
        let t2 = t0.mul(&y3);
        let y3 = x3.mul(&z3).add(&t2);
        let x3 = t3.mul(&x3).sub(&t1);
        let z3 = t4.mul(&z3).add(&t3.mul(&t0));
        Self { x: x3, y: y3, z: z3 }
    }

    /// x and y as numbers.
    pub(super) fn coordinates(&self) -> (Words, Words) {
        let inverse = FIELD.invert(&self.z.number());
        (self.x.mul_number(&inverse), self.y.mul_number(&inverse))
    }
}

impl Affine {
    pub(super) const fn negated(&self) -> Self {
        Self { x: self.x, y: Field::ZERO.sub(&self.y) }
    }
}
