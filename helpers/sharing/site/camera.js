// Look through the camera: one image after the other, for as long as the visitor wants. Nothing is recorded.

export class Camera {
  constructor(video, { seen, said }) {
    Object.assign(this, { video, seen, said, stream: null });
  }

  static possible() {
    return Boolean(navigator.mediaDevices?.getUserMedia);
  }

  get on() {
    return this.stream !== null;
  }

  // The browser asks the visitor; a "no" is an answer too.
  async start() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      this.said("The browser does not let this page use a camera. You can still choose an image.");
      return;
    }
    this.video.srcObject = this.stream;
    await this.video.play();
    this.follow();
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = this.video.srcObject = null;
  }

  async follow() {
    while (this.on) {
      const image = await createImageBitmap(this.video);
      await this.seen(image);
      image.close();
      await new Promise(requestAnimationFrame);
    }
  }
}
