//! The field in assembly: the same functions as those of [`Field`], which the compiler cannot call.

use jurat_comb_arm::{
    add, add_assign, multiply, multiply_assign, multiply_into, negate_if, subtract_assign, subtract_into, times,
};

use super::field::Field;
use super::words::Words;

/// See [`Field`].
#[derive(Clone, Copy)]
pub(super) struct Fast(pub(super) Words);

impl Fast {
    pub(super) const ONE: Self = Self(Field::ONE.0);

    /// The element that a number below p stands for.
    pub(super) const fn new(number: &Words) -> Self {
        Self(Field::new(number).0)
    }

    pub(super) fn number(&self) -> Words {
        self.mul_number(&[1, 0, 0, 0, 0, 0, 0, 0])
    }

    #[inline(always)]
    pub(super) fn product(a: &Self, b: &Self) -> Self {
        Self(multiply(&a.0, &b.0))
    }

    #[inline(always)]
    pub(super) fn sum(a: &Self, b: &Self) -> Self {
        Self(add(&a.0, &b.0))
    }

    #[inline(always)]
    pub(super) fn set_product(&mut self, a: &Self, b: &Self) {
        multiply_into(&mut self.0, &a.0, &b.0);
    }

    #[inline(always)]
    pub(super) fn set_difference(&mut self, a: &Self, b: &Self) {
        subtract_into(&mut self.0, &a.0, &b.0);
    }

    #[inline(always)]
    pub(super) fn mul(&mut self, other: &Self) {
        multiply_assign(&mut self.0, &other.0);
    }

    #[inline(always)]
    pub(super) fn add(&mut self, other: &Self) {
        add_assign(&mut self.0, &other.0);
    }

    #[inline(always)]
    pub(super) fn sub(&mut self, other: &Self) {
        subtract_assign(&mut self.0, &other.0);
    }

    #[inline(always)]
    pub(super) fn double(&mut self) {
        times(&mut self.0, 2);
    }

    #[inline(always)]
    pub(super) fn triple(&mut self) {
        times(&mut self.0, 3);
    }

    /// -x where `mask` is all ones, and x where it is 0; x is not 0.
    #[inline(always)]
    pub(super) fn negate_if(&mut self, mask: u32) {
        negate_if(&mut self.0, mask);
    }

    pub(super) fn mul_number(&self, number: &Words) -> Words {
        multiply(&self.0, number)
    }
}
