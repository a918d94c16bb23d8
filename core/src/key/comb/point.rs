//! Points of P-256, by formulas without exceptions.

use super::Fast;
use super::field::PRIME;
use super::inverse::Modulus;
use super::words::Words;

impl Fast {
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

#[derive(Clone, Copy)]
pub(super) struct Affine {
    pub(super) x: Fast,
    pub(super) y: Fast,
}

#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) x: Fast,
    pub(super) y: Fast,
    pub(super) z: Fast,
}

pub(super) static FIELD: Modulus = Modulus::new(&PRIME);

impl Point {
    pub(super) fn from_affine(point: &Affine) -> Self {
        Self { x: point.x, y: point.y, z: Fast::ONE }
    }

    /// Doubles this point (algorithm 6).
    #[inline(never)]
    pub(super) fn double(&mut self) {
        let mut t0 = Fast::product(&self.x, &self.x);
        let t1 = Fast::product(&self.y, &self.y);
        let mut t2 = Fast::product(&self.z, &self.z);
        let mut t3 = Fast::product(&self.x, &self.y);
        t3.double();
        let mut t4 = Fast::product(&self.y, &self.z);
        t4.double();
        self.z.mul(&self.x);
        self.z.double();
        self.y.set_product(&Fast::B, &t2);
        self.y.sub(&self.z);
        self.y.triple();
        self.x.set_difference(&t1, &self.y);
        self.y.add(&t1);
        self.y.mul(&self.x);
        self.x.mul(&t3);
        t2.triple();
        self.z.mul(&Fast::B);
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
    pub(super) fn add(&mut self, other: &Affine) {
        let mut t0 = Fast::product(&self.x, &other.x);
        let mut t1 = Fast::product(&self.y, &other.y);
        let mut t3 = Fast::sum(&other.x, &other.y);
        let mut t4 = Fast::sum(&self.x, &self.y);
        t3.mul(&t4);
        t3.sub(&t0);
        t3.sub(&t1);
        t4.set_product(&other.y, &self.z);
        t4.add(&self.y);
        self.y.set_product(&other.x, &self.z);
        self.y.add(&self.x);
        let mut z3 = Fast::product(&Fast::B, &self.z);
        self.x.set_difference(&self.y, &z3);
        self.x.triple();
        z3.set_difference(&t1, &self.x);
        self.x.add(&t1);
        self.y.mul(&Fast::B);
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

    /// x and y as numbers.
    pub(super) fn coordinates(&self) -> (Words, Words) {
        let inverse = FIELD.invert(&self.z.number());
        (self.x.mul_number(&inverse), self.y.mul_number(&inverse))
    }
}
