* Made of a made-up round: HiGHS 1.16 takes 7269.11 for the most, which is 7284.97.
NAME        
OBJSENSE
  MAX
ROWS
 N  Obj     
 L  r0      
 E  r1      
 E  r2      
 E  r3      
 E  r4      
 E  r5      
 E  r6      
 E  r7      
 E  r8      
 E  r9      
 L  r10     
 L  r11     
 G  r12     
 G  r13     
 L  r14     
 L  r15     
 L  r16     
 G  r17     
 L  r18     
COLUMNS
    c0        r1        1
    c0        r14       1
    c1        r2        1
    c1        r15       1
    c2        r2        1
    c2        r16       1
    c3        r3        1
    c3        r14       1
    c4        r4        1
    c4        r14       1
    c5        r5        1
    c6        r5        1
    c6        r16       1
    c7        r5        1
    c8        r6        1
    c8        r15       1
    c9        r6        1
    c10       r7        1
    c10       r14       1
    c11       r8        1
    c11       r13       0.02
    c11       r14       1
    c12       r9        1
    c12       r14       1
    MARK0000  'MARKER'                 'INTORG'
    c13       r0        -1
    c13       r13       -1
    MARK0001  'MARKER'                 'INTEND'
    c14       Obj       0.865979381443299
    c14       r17       1
    c15       Obj       0.81958762886597947
    c15       r17       1
    c16       Obj       0.75257731958762886
    c16       r17       1
    c17       Obj       0.7628865979381444
    c17       r17       1
    c18       Obj       0.77422680412371137
    c18       r1        -1
    c19       Obj       0.83608247422680415
    c19       r2        -1
    c19       r10       0.021276595744680851
    c19       r12       0.021276595744680851
    c20       Obj       0.62886597938144329
    c20       r17       1
    c21       Obj       0.58762886597938147
    c21       r17       1
    c22       Obj       0.78453608247422679
    c22       r3        -1
    c23       Obj       0.80721649484536084
    c23       r17       1
    c24       Obj       0.79381443298969079
    c24       r17       1
    c25       Obj       0.75257731958762886
    c25       r17       1
    c26       Obj       0.57319587628865987
    c26       r17       1
    c27       Obj       0.80391752577319586
    c27       r4        -1
    c28       Obj       0.92268041237113407
    c28       r17       1
    c29       Obj       0.57319587628865987
    c29       r17       1
    c30       Obj       0.88350515463917534
    c30       r17       1
    c31       Obj       0.71030927835051549
    c31       r5        -1
    c32       Obj       0.52886597938144331
    c32       r17       1
    c33       Obj       0.75773195876288668
    c33       r6        -1
    c33       r17       1
    c34       Obj       0.71546391752577321
    c34       r17       1
    c35       Obj       0.75742268041237115
    c35       r17       1
    c36       Obj       0.55670103092783507
    c36       r17       1
    c37       Obj       0.66597938144329905
    c37       r17       1
    c38       Obj       0.76701030927835057
    c38       r17       1
    c39       Obj       0.74226804123711343
    c39       r7        -1
    c40       Obj       0.67731958762886602
    c40       r8        -1
    c40       r11       0.0095238095238095247
    c40       r17       1
    c41       Obj       0.88195876288659802
    c41       r17       1
    c42       Obj       0.68969072164948453
    c42       r17       1
    c43       Obj       0.7989690721649485
    c43       r9        -1
    c43       r17       1
    c44       Obj       0.61979381443298975
    c44       r17       1
    c45       Obj       0.83402061855670107
    c45       r17       1
    MARK0002  'MARKER'                 'INTORG'
    c46       r10       -1
    c46       r12       -1
    c47       r0        1
    c47       r11       -1
    MARK0003  'MARKER'                 'INTEND'
    c48       r17       1
    c48       r18       1
RHS
    RHS_V     r14       1450
    RHS_V     r15       600
    RHS_V     r16       792
    RHS_V     r17       7322
    RHS_V     r18       542
BOUNDS
 UP BOUND     c0        300
 UP BOUND     c1        32
 UP BOUND     c2        47
 UP BOUND     c3        300
 UP BOUND     c4        268
 UP BOUND     c5        200
 UP BOUND     c6        792
 UP BOUND     c7        900
 UP BOUND     c8        600
 UP BOUND     c9        300
 UP BOUND     c10       261
 UP BOUND     c11       105
 UP BOUND     c12       230
 BV BOUND     c13     
 UP BOUND     c14       499
 UP BOUND     c15       364
 UP BOUND     c16       231
 UP BOUND     c17       134
 UP BOUND     c18       317
 UP BOUND     c19       47
 UP BOUND     c20       293
 UP BOUND     c21       97
 UP BOUND     c22       310
 UP BOUND     c23       450
 UP BOUND     c24       49
 UP BOUND     c25       300
 UP BOUND     c26       44
 UP BOUND     c27       268
 UP BOUND     c28       76
 UP BOUND     c29       144
 UP BOUND     c30       390
 UP BOUND     c31       1878
 UP BOUND     c32       370
 UP BOUND     c33       1199
 UP BOUND     c34       139
 UP BOUND     c35       248
 UP BOUND     c36       271
 UP BOUND     c37       260
 UP BOUND     c38       56
 UP BOUND     c39       261
 UP BOUND     c40       105
 UP BOUND     c41       299
 UP BOUND     c42       283
 UP BOUND     c43       230
 UP BOUND     c44       150
 UP BOUND     c45       398
 BV BOUND     c46     
 BV BOUND     c47     
 UP BOUND     c48       9000
ENDATA
