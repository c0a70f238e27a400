import { fields } from 'kestirme';

/** The options of steps that turn, shear and move images. */
export const affineFields = {
  resampling: fields.choice({
    choices: ['nearest', 'bilinear', 'bicubic'],
    usual: 'nearest',
    help: 'How a pixel is taken from between others',
  }),
  fill: fields.number({ min: 0, max: 255, usual: 0, help: 'What comes from outside of the image, in every channel' }),
};
