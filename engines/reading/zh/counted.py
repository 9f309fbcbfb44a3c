"""Chinese words that decide how the number beside them is read."""

from __future__ import annotations

# 两个, not 二个: measure words, and units that count like them.
_MEASURES = """
    小时 分钟 秒钟 个 只 条 位 张 件 本(?!院校|大学|线) 次(?![元方]|函数|曲线|世界|大战|革命)
    天 年(?![级月代]) 倍 岁 块 元(?!方程|论|一次|二次)
    周 星期 礼拜 层 米 公里 公斤 千克 斤 吨 升 克 毫升 杯 碗 瓶 盒 包 袋 箱
    辆 架 艘 台 部 套 座 所 家 间 名 人 口 头 匹 群 双 对(?!\\d) 副 把 支 枝 根
    片 颗 粒 朵 棵 束 份 篇 首 句 段 项(?!式) 种 类 样 场 回 遍 趟 顿 步 圈 站
    票 门 节 道(?!贩) 题 刻 万 亿 千 里 点钟 亩 平方 立方 厘米 毫米 英里 英尺 磅
    美元 欧元 英镑 日元 港元 度 餐 届 代人 派 拨 批 组 队 列 排 行 页 幅 枚
    株 滴 串 卷 罐 桶 壶 盘 勺 季 幢 栋 扇 床 顶 者 国 国家 城市 地 边 侧
    端 手(?![房烟车机货市动资]) 脚 眼 夜
    校 岸 国 桌 伙 起 例 笔 盆 锅 坛 缸 册 则 宗 桩 窝
    筐 捆 [大小](?=[勺杯碗块片包袋盒步瓶]) 团 堆 股 阵 剂 针 具 尊 处 档 轮(?!机) 拳 声
"""
MEASURES = "|".join(_MEASURES.split())
# A hyphen between numbers before one of these is a range; between names it is a score.
_RANGED = """
    年 月 日(?!本) 号 天(?!津) 周 岁 个 名 人 次 倍 元 块 万 亿 千 百 米 公里 公斤 克
    升 吨 度 小时 分 秒 点 时 % 页 章 节 级 层 楼 条 件 本 张 位 只 杯 瓶
    种 项 家 台 辆 寸 英(?=[尺寸里镑]) 美(?=[元分金]) 欧(?=元) 斤 厘 毫 平(?=[方米])
    立(?=方) 星期 期 届 班(?!牙) 代 折 成 分钟
    句 字 盒 袋 包 碗 片 粒 颗 口 遍 趟 套 间 户 亩 磅 线 路(?!易) 排 座 栋 单元
    学期 季(?!后) 胎 孩 人份 步 轮 局 周年
"""
RANGED = "|".join(_RANGED.split())
_SCORES = """
    比分 战胜 击败 获胜 取胜 险胜 大胜 完胜 小胜 力克 逆转 打平 战平 领先 落后
    不敌 淘汰 横扫 赢 输 半场 全场 总分 决赛 胜 负于 平
"""
SCORES = "|".join(_SCORES.split())
# What stands before a quantity below zero; before anything else a hyphen is part of a name.
_BELOW_ZERO = """
    气温 温度 温 为 是 到 至 达 余额 得 等于 约 低 近 在 了 于 从 海拔 增长
    增速 同比 环比 跌 涨 亏损 结果 得分 值 利润 最低 最高 平均 差 数 减少 下降
    变化 和 与 或 有 只 仅 超过 低于 高于 接近 不到 收益 收益率 率 额 后
"""
BELOW_ZERO = "|".join(_BELOW_ZERO.split())
# 86年8月 is the year 86, 86年前 is 86 years ago.
_OF_A_YEAR = """
    出生 生人 毕业 版 款 世界杯 奥运 春 夏 秋 冬 初 底 末 入学 参军 结婚 建成
    成立 生 属
"""
NAMED_YEARS = rf"年(?=\d{{1,2}}月|{'|'.join(_OF_A_YEAR.split())})"
_REGNAL = """
    伊丽莎白 亨利 查理 查尔斯 腓力 爱德华 乔治 威廉 保罗 尼古拉 亚历山大 拿破仑
    詹姆斯 理查 理查德 腓特烈 凯瑟琳 叶卡捷琳娜 约翰 弗朗茨 拉美西斯 庇护 本笃 路易
    费利佩 卡洛斯 玛丽 彼得 穆罕默德 苏莱曼
"""
REGNAL = "|".join(_REGNAL.split())
# A year of two digits that begins a clause, or that a word of time stands before.
_HOW_LONG = """
    前 后 内 间 来 以 之 多 里 左右 期 老 代 级 工龄 寿 刑 租 的历史 的时间 的经验 的努力 的合同
"""
BARE_YEARS = rf"年(?!{'|'.join(_HOW_LONG.split())})"
DATED = "年月日号时点分秒周岁天元%"
# Numbers that are names, said digit by digit.
NAMED_NUMBERS = "大促|晚会|工作制|错误|安全卫士|杀毒|网站|购物节"
SERVICES = "报警|急救|火警|电话|热线|客服|网站|平台|投诉|指挥|救护|订票"
# Words after which digits are a code and no amount.
CODES = (
    "邮编|邮政编码|验证码|密码|尾号|房间号|房号|账号|帐号|卡号|学号|工号|编号|单号|订单号|群号|代码|车牌号|身份证号|手机号"
    "|QQ|QQ群|QQ号|口令|邀请码|取件码|条形码|条码|批号|货号|运单号|快递单号|快件|流水号|卡密|注册码|激活码|会员号|证号|信用代码|批准文号"
)
PLATES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"  # of cars
# Short for what is measured: AQI 152 is an amount.
_INDICES = """
    AQI TOEFL GRE GMAT SAT ACT BMI IQ EQ VIX CPI PPI PMI ALT AST WBC PLT LDL HDL
"""
INDICES = _INDICES.split()
