//! The threads of a rayon pool, or threads of its own, kept at hand while kernels follow each other.
//!
//! A training step calls a kernel every few hundred microseconds, and waking a sleeping thread of a WebAssembly host
//! takes tens of them. So a thread that has run out of tasks looks for the next call for a moment before it sleeps, and
//! the caller works along instead of sleeping. Nobody waits for a thread that comes late: it finds the round closed.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex};

/// Looks before a thread sleeps: some 50 microseconds.
const LOOKS: u32 = 10_000;
/// In [`Board::state`]: threads may join. The other bits count those that have joined.
const OPEN: u32 = 1 << 31;

type Task<'a> = dyn Fn(usize, usize) + Sync + 'a;

/// Threads that serve until the crew is dropped.
pub struct Crew {
    /// Those that serve, and the caller.
    threads: usize,
    served_by: ServedBy,
    board: Arc<Board>,
}

enum ServedBy {
    /// Ends when the crew is dropped; nobody waits for it.
    Pool {
        _pool: rayon::ThreadPool,
    },
    GlobalPool,
    /// Have ended when the crew has been dropped.
    #[cfg(not(target_family = "wasm"))]
    Threads(Vec<std::thread::JoinHandle<()>>),
}

impl Crew {
    pub fn new(pool: rayon::ThreadPool) -> Self {
        let board = Arc::new(Board::default());
        let shared = board.clone();
        pool.spawn_broadcast(move |context| shared.serve(context.index() + 1));
        Self { threads: pool.current_num_threads() + 1, served_by: ServedBy::Pool { _pool: pool }, board }
    }

    pub fn of_global_pool() -> Self {
        let board = Arc::new(Board::default());
        let shared = board.clone();
        rayon::spawn_broadcast(move |context| shared.serve(context.index() + 1));
        Self { threads: rayon::current_num_threads() + 1, served_by: ServedBy::GlobalPool, board }
    }

    /// The caller and `threads` - 1 threads of the crew's own. An error where the system gives no more of them.
    #[cfg(not(target_family = "wasm"))]
    pub fn of_threads(threads: usize) -> std::io::Result<Self> {
        let mut crew = Self { threads, served_by: ServedBy::Threads(Vec::new()), board: Arc::new(Board::default()) };
        for thread in 1..threads {
            let board = crew.board.clone();
            let name = format!("kestirme-{thread}");
            let started = std::thread::Builder::new().name(name).spawn(move || board.serve(thread))?;
            let ServedBy::Threads(all) = &mut crew.served_by else { unreachable!("made so above") };
            all.push(started);
        }
        Ok(crew)
    }

    /// Those that serve, and the caller.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Runs `task(i, thread)` for every i below `count`. A panic of any of them is the caller's, when all have left.
    pub fn run(&self, count: usize, task: &Task) {
        self.board.run(count, task);
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.board.ending.store(true, SeqCst);
        self.board.news.tell();
        #[cfg(not(target_family = "wasm"))]
        if let ServedBy::Threads(threads) = &mut self.served_by {
            for thread in threads.drain(..) {
                // Panics are caught in there.
                let _ = thread.join();
            }
        }
    }
}

#[derive(Default)]
struct Board {
    /// One call at a time.
    turn: Mutex<()>,
    /// Written while the state is 0, read by who has joined.
    task: UnsafeCell<Option<*const Task<'static>>>,
    count: AtomicUsize,
    next: AtomicUsize,
    state: AtomicU32,
    ending: AtomicBool,
    /// What a thread panicked with.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    /// For the threads: a round is open. For the caller: the last thread has left.
    news: Event,
    left: Event,
}

unsafe impl Send for Board {}
unsafe impl Sync for Board {}

impl Board {
    fn run(&self, count: usize, task: &Task) {
        let turn = self.turn.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        // Of a call whose caller panicked, too.
        self.take_panic();
        // The lifetime is forgotten, but `Round` lets nobody keep the task.
        let task_forever: *const Task<'static> = unsafe { core::mem::transmute(task as *const Task) };
        unsafe { *self.task.get() = Some(task_forever) };
        self.count.store(count, SeqCst);
        self.next.store(0, SeqCst);
        self.state.store(OPEN, SeqCst);
        self.news.tell();
        {
            let _round = Round(self);
            self.take(task, 0);
        }
        let panic = self.take_panic();
        drop(turn);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        self.panic.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take()
    }

    fn take(&self, task: &Task, thread: usize) {
        let count = self.count.load(SeqCst);
        loop {
            let i = self.next.fetch_add(1, SeqCst);
            if i >= count {
                return;
            }
            task(i, thread);
        }
    }

    fn serve(&self, thread: usize) {
        let has_work = || self.state.load(SeqCst) & OPEN != 0 && self.next.load(SeqCst) < self.count.load(SeqCst);
        loop {
            self.news.wait(|| has_work() || self.ending.load(SeqCst));
            if self.ending.load(SeqCst) {
                return;
            }
            let join = |state: u32| (state & OPEN != 0).then_some(state + 1);
            if self.state.fetch_update(SeqCst, SeqCst, join).is_ok() {
                let task = unsafe { (*self.task.get()).expect("an open round has a task") };
                let taken = catch_unwind(AssertUnwindSafe(|| self.take(unsafe { &*task }, thread)));
                if let Err(panic) = taken {
                    *self.panic.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(panic);
                }
                if self.state.fetch_sub(1, SeqCst) == 1 {
                    self.left.tell();
                }
            }
        }
    }
}

/// A call's round: ends when nobody works for it any more, even if the caller panics.
struct Round<'a>(&'a Board);

impl Drop for Round<'_> {
    fn drop(&mut self) {
        self.0.state.fetch_and(!OPEN, SeqCst);
        self.0.left.wait(|| self.0.state.load(SeqCst) == 0);
    }
}

/// Something that threads wait for.
#[derive(Default)]
struct Event {
    sleepers: AtomicU32,
    lock: Mutex<()>,
    woken: Condvar,
}

impl Event {
    fn wait(&self, happened: impl Fn() -> bool) {
        for _ in 0..LOOKS {
            if happened() {
                return;
            }
            core::hint::spin_loop();
        }
        let mut guard = self.lock.lock().expect("nothing panics under this lock");
        // Counted before the last look: who changes what is looked at later sees a sleeper.
        self.sleepers.fetch_add(1, SeqCst);
        while !happened() {
            guard = self.woken.wait(guard).expect("nothing panics under this lock");
        }
        self.sleepers.fetch_sub(1, SeqCst);
    }

    /// To be called after the change that is waited for.
    fn tell(&self) {
        if self.sleepers.load(SeqCst) > 0 {
            let _guard = self.lock.lock().expect("nothing panics under this lock");
            self.woken.notify_all();
        }
    }
}
