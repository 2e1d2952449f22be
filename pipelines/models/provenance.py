"""Whom the models come from: papers, homepages, and what a licence's name leaves out."""

from __future__ import annotations

from typing import Final

U2NET_HOME: Final = "https://github.com/xuebinqin/U-2-Net"
U2NET_PAPER: Final = (
    "Qin, Zhang, Huang, Dehghan, Zaiane, Jagersand: U²-Net: Going Deeper with Nested U-Structure "
    "for Salient Object Detection. Pattern Recognition 106, 2020"
)
DIS_PAPER: Final = (
    "Qin, Dai, Hu, Fan, Shao, Van Gool: Highly Accurate Dichotomous Image Segmentation. ECCV 2022"
)
MODNET_PAPER: Final = (
    "Ke, Sun, Li, Yan, Lau: MODNet: Real-Time Trimap-Free Portrait Matting via Objective "
    "Decomposition. AAAI 2022"
)
BIREFNET_HOME: Final = "https://github.com/ZhengPeng7/BiRefNet"
BIREFNET_PAPER: Final = (
    "Zheng, Gao, Fan, Liu, Laaksonen, Ouyang, Sebe: Bilateral Reference for High-Resolution "
    "Dichotomous Image Segmentation. CAAI Artificial Intelligence Research 3, 2024"
)
YUNET_PAPER: Final = (
    "Wu, Peng, Yu: YuNet: A Tiny Millisecond-level Face Detector. Machine Intelligence Research 20, 2023"
)
SAM_PAPER: Final = "Kirillov et al.: Segment Anything. ICCV 2023"

DUTS_NOTE: Final = "Trained on DUTS; its authors put the weights under the licence of the code."
DIS_NOTE: Final = (
    "The authors' Apache-2.0 names their code and is silent on the weights; the training photos of "
    "their paper (DIS5K) have terms that exclude commercial use."
)
BIREFNET_NOTE: Final = (
    "The author puts code and weights under MIT; some of the training photos (DIS5K) have terms of "
    "their own that exclude commercial use."
)
