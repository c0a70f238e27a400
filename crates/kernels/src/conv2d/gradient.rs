//! How an output gradient lies in memory, for the kernels that read it: blocks of 64 channels `[C / 64]`, in each of them
//! `[N, Ho + 2 border, Wo + 2 border, 64]` (the last block narrower), the border zero. So no kernel asks where an image
//! ends, and what one pass over some channels reads is contiguous.

/// Channels of a block.
pub const WIDE: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Images: T * B.
    pub n: usize,
    /// Output pixels of an image.
    pub h: usize,
    pub w: usize,
    pub channels: usize,
    /// Zero pixels on each side.
    pub border: usize,
}

/// Some channels of a [`Layout`].
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// First float of the block.
    pub start: usize,
    pub first_channel: usize,
    pub channels: usize,
}

impl Layout {
    pub fn len(&self) -> usize {
        self.n * self.image_pixels() * self.channels
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Pixels of one line, border included.
    pub fn line_pixels(&self) -> usize {
        self.w + 2 * self.border
    }

    /// Pixels of one image, border included.
    pub fn image_pixels(&self) -> usize {
        (self.h + 2 * self.border) * self.line_pixels()
    }

    /// Index of pixel (y, x) of an image among all pixels, borders included.
    pub fn pixel(&self, image: usize, y: usize, x: usize) -> usize {
        image * self.image_pixels() + (y + self.border) * self.line_pixels() + x + self.border
    }

    /// The block in which a channel lies.
    pub fn block(&self, channel: usize) -> Block {
        let first_channel = channel / WIDE * WIDE;
        let channels = WIDE.min(self.channels - first_channel);
        Block { start: first_channel * self.n * self.image_pixels(), first_channel, channels }
    }

    pub fn blocks(self) -> impl Iterator<Item = Block> {
        (0..self.channels).step_by(WIDE).map(move |channel| self.block(channel))
    }
}
