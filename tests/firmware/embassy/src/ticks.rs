//! embassy's clock on SysTick: a tick each millisecond. The chips that embassy knows come with a better one.

use core::cell::{Cell, RefCell};
use core::task::Waker;

use cortex_m::peripheral::syst::SystClkSource;
use critical_section::Mutex;
use embassy_time_driver::{Driver, TICK_HZ, time_driver_impl};
use embassy_time_queue_utils::Queue;

/// The board's.
const CORE_HZ: u32 = 25_000_000;

struct Ticks {
    count: Mutex<Cell<u64>>,
    queue: Mutex<RefCell<Queue>>,
}

time_driver_impl!(static TICKS: Ticks = Ticks {
    count: Mutex::new(Cell::new(0)),
    queue: Mutex::new(RefCell::new(Queue::new())),
});

impl Driver for Ticks {
    fn now(&self) -> u64 {
        critical_section::with(|section| self.count.borrow(section).get())
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        // Whether it is the next one does not matter: each tick looks for what is due.
        critical_section::with(|section| self.queue.borrow_ref_mut(section).schedule_wake(at, waker));
    }
}

#[cortex_m_rt::exception]
fn SysTick() {
    critical_section::with(|section| {
        let now = TICKS.count.borrow(section).get() + 1;
        TICKS.count.borrow(section).set(now);
        TICKS.queue.borrow_ref_mut(section).next_expiration(now);
    });
}

pub fn start() {
    let mut timer = cortex_m::Peripherals::take().expect("taken here only").SYST;
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(CORE_HZ / TICK_HZ as u32 - 1);
    timer.clear_current();
    timer.enable_interrupt();
    timer.enable_counter();
}
