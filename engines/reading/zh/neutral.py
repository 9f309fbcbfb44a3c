"""Words whose last syllable MeloTTS's Chinese checkpoints say without a tone.

Which words lose the tone is a matter of usage, not of rule, so they are listed; most of them end
in one of a few characters, which keeps the list short.
"""

# last character: first characters
_BY_ENDING = """
    头:上丫前后对念拳指木枕浪甜石码罐老舌苗跟里锄馒骨 气:丧力客小志福秀脾运阔 家:东亲人冤娘婆
    么:什多怎这那 夫:丈功大姐工 实:壮扎结老踏 巴:下哑嘴尾眨 糊:含模烂糨迷 事:差干故本
    人:丈大媒爱 快:凉勤爽痛 爷:大姥少老 腾:倒扑折翻 识:意知见认 匠:木石铁 和:暖温软
    在:不实自 帚:扫炊笤 当:妥稳行 息:休出消 意:主大生 方:地大比 服:佩舒衣 活:养忙快
    生:先学畜 道:厚地门 量:商思打 个:这那 乎:在玄 亮:月漂 亲:母父 伙:家小 候:时火
    发:头打 口:两牲 号:字记 司:上官 同:合胡 呼:招称 唤:使叫 嗦:哆罗 坊:作街
    堂:名弄 士:护道 妇:媳寡 害:利厉 思:心意 性:悟记 情:事交 才:奴秀 火:柴红
    璃:玻琉 疾:疟痢 碜:寒牙 算:打盘 缝:眯裁 罕:希稀 袋:口脑 计:伙算 辑:编逻
    饼:月烧
"""

_SINGLE = """
    一辈 下水 不由 世故 东西 买卖 云彩 亲戚 介绍 似的 位置 体面 便宜 兄弟 关系 冒失
    冤枉 冷战 凑合 凤凰 分析 利索 利落 别扭 刺激 刺猬 动弹 动静 匀称 包涵 包袱 千斤
    吆喝 吉他 名字 吓唬 告示 告诉 和尚 咕噜 咖喱 咳嗽 哈欠 唾沫 喇叭 喇嘛 喉咙 喜欢
    喽啰 嘀咕 嘟囔 嘱咐 困难 外甥 多少 太阳 女婿 妖精 妯娌 姑娘 委屈 嫁妆 学问 对付
    将就 屁股 岁数 巴掌 巴结 师傅 师父 帐篷 帮手 幸福 庄稼 应酬 开通 弟兄 张罗 得罪
    念叨 怪物 情形 惦记 懒得 戒指 扁担 打听 打扮 打点 扫把 报复 抬举 拖沓 招牌 拨弄
    拾掇 指甲 挑剔 挖苦 提防 收成 收拾 新鲜 明白 朋友 机灵 枇杷 架势 栅栏 核桃 棉花
    棒槌 棺材 槟榔 欺负 正经 泥鳅 活泼 清楚 溜达 滑溜 灯笼 点心 烟筒 热闹 照顾 熟悉
    牌楼 牢骚 特务 状元 狐狸 玫瑰 琢磨 琵琶 甘蔗 疏忽 疙瘩 白净 盘缠 相声 眉毛 眼睛
    石榴 砚台 祖宗 秧歌 窗户 窝囊 窟窿 笑话 笑语 答应 算盘 篱笆 簸箕 粮食 精神 糊涂
    糟蹋 累赘 老太 老婆 耳朵 耷拉 耽搁 耽误 聪明 胡琴 胡萝 胭脂 胳膊 能耐 脊梁 膏药
    舒坦 芝麻 苍蝇 苗条 荒唐 荸荠 菩萨 萝卜 葡萄 葫芦 薄荷 蘑菇 蚂蚱 蛤蟆 蜡烛 行李
    衙门 衣裳 补丁 规矩 计划 讲究 豆腐 财主 费用 趔趄 跳蚤 转悠 过去 连累 造化 邋遢
    部分 里脊 钥匙 铃铛 铺盖 闺女 队伍 难为 风筝 馄饨 首饰 马虎 骆驼 高粱 鸳鸯 麻利
    麻烦
"""

NEUTRAL_WORDS = frozenset(
    [
        first + ending
        for ending, _, firsts in (group.partition(":") for group in _BY_ENDING.split())
        for first in firsts
    ]
    + _SINGLE.split()
)

# 子 is a suffix here, but these keep its tone; the last two repeat without being diminutives.
FULL_TONE_WORDS = frozenset([first + "子" for first in "男女分原量莲石瓜电"] + ["人人", "虎虎"])

FINAL_PARTICLES = frozenset("吧呢啊呐噻嘛吖嗨呐哦哒额滴哩哟喽啰耶喔诶")
STRUCTURAL_PARTICLES = frozenset("的地得")
